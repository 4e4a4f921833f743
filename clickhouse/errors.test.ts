import { describe, expect, test } from '@jest/globals';
import { SluiceError } from '../core/errors.ts';
import { toClickHouseFault } from './errors.ts';

const refused = (code: string, text = 'refused'): SluiceError =>
  toClickHouseFault(Object.assign(new Error(text), { code }));

describe('what ClickHouse throws', () => {
  test.each([
    ['164', 'clickhouse_access_denied'],
    ['194', 'clickhouse_access_denied'],
    ['497', 'clickhouse_access_denied'],
    ['516', 'clickhouse_access_denied'],
    ['242', 'clickhouse_read_only'],
    ['225', 'clickhouse_read_only'],
    ['667', 'clickhouse_read_only'],
    ['774', 'clickhouse_read_only'],
    ['999', 'clickhouse_read_only'],
    ['243', 'clickhouse_disk_full'],
    ['252', 'clickhouse_too_many_parts'],
    ['241', 'clickhouse_error'],
    ['246', 'clickhouse_data_damaged'],
    ['271', 'clickhouse_data_damaged'],
    ['432', 'clickhouse_data_damaged'],
    ['158', 'clickhouse_read_too_long'],
    ['159', 'clickhouse_read_too_long'],
  ])('%s is a fault of ours that passes', (number, code) => {
    expect(refused(number)).toMatchObject({ code, retryable: true, fault: 'platform' });
  });

  test('a write that the disk has ended is known by its text, and what to do is said', () => {
    const text = `Cannot write to file ${'long/'.repeat(200)}data.bin, errno: 28, strerror: No space left on device`;
    expect(refused('75', text)).toMatchObject({ code: 'clickhouse_disk_full', retryable: true });
    expect(refused('75', text).remedy).toEqual(expect.any(String));
    const quota = 'filesystem error: cannot create directories: Disk quota exceeded ["/data/tmp_insert"]';
    expect(refused('1001', quota)).toMatchObject({ code: 'clickhouse_disk_full', retryable: true });
    expect(refused('75', 'Cannot write, errno: 280')).toMatchObject({ code: 'clickhouse_error' });
    // What is quoted in a refusal for good.
    expect(refused('53', "'No space left on device' is no number")).toMatchObject({ code: 'clickhouse_error' });
  });

  test.each(['252', '432'])('what to do about %s is said', (number) => {
    expect(refused(number).remedy).toEqual(expect.any(String));
  });

  test('who has to bring back what a replica has lost is said', () => {
    expect(refused('242', 'Table is in readonly mode').remedy).toContain('Keeper');
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
