import { describe, expect, test } from '@jest/globals';
import { SluiceError } from '../core/errors.ts';
import { toClickHouseFault } from './errors.ts';

const refused = (code: string): SluiceError => toClickHouseFault(Object.assign(new Error('refused'), { code }));

describe('what ClickHouse throws', () => {
  test.each([
    ['164', 'clickhouse_access_denied'],
    ['194', 'clickhouse_access_denied'],
    ['497', 'clickhouse_access_denied'],
    ['516', 'clickhouse_access_denied'],
    ['242', 'clickhouse_error'],
    ['243', 'clickhouse_error'],
    ['252', 'clickhouse_error'],
  ])('%s is a fault of ours that passes', (number, code) => {
    expect(refused(number)).toMatchObject({ code, retryable: true, fault: 'platform' });
  });

  test.each(['47', '60', '62'])('%s is refused however often it is asked', (number) => {
    expect(refused(number)).toMatchObject({ code: 'clickhouse_error', retryable: false });
  });

  test('a connection that fails is retried, and a fault that is known stays what it is', () => {
    expect(refused('ECONNREFUSED')).toMatchObject({ code: 'clickhouse_unavailable', retryable: true });
    const known = new SluiceError({ code: 'a', message: 'b', retryable: false, fault: 'customer' });
    expect(toClickHouseFault(known)).toBe(known);
  });
});
