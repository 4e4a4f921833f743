import { describe, expect, test } from '@jest/globals';
import type { Column } from '../../core/columns.ts';
import { clickhouseTypes } from './types.ts';

const column = (type: Column['type'], nullable = false): Column => ({ name: 'c', type, nullable });
const integer = (bits: 8 | 16 | 32 | 64 | 128 | 256, signed: boolean): Column =>
  column({ kind: 'integer', bits, signed });

describe('types of a table', () => {
  test.each<[Column, string]>([
    [column({ kind: 'text' }), 'String'],
    [column({ kind: 'json' }, true), 'Nullable(String)'],
    [integer(256, false), 'UInt256'],
    [column({ kind: 'decimal', precision: 76, scale: 20 }), 'Decimal(76, 20)'],
    [column({ kind: 'timestamp', precision: 6 }), "DateTime64(6, 'UTC')"],
    [column({ kind: 'timestamp', precision: 0 }), "DateTime('UTC')"],
    [column({ kind: 'date' }), 'Date32'],
  ])('%j is made %s, and fits that', (model, type) => {
    expect(clickhouseTypes.createType(model)).toBe(type);
    expect(clickhouseTypes.fit(model, type)?.rules?.number).toBeUndefined();
    expect(clickhouseTypes.fit(model, type)).toBeDefined();
  });

  test.each<[Column, string]>([
    [column({ kind: 'text' }), 'FixedString(36)'],
    [column({ kind: 'json' }), 'JSON'],
    [column({ kind: 'text' }, true), 'String'],
    [column({ kind: 'timestamp', precision: 6 }), 'DateTime64(3)'],
    [column({ kind: 'timestamp', precision: 6 }), 'DateTime'],
    [column({ kind: 'decimal', precision: 38, scale: 10 }), 'Decimal(38, 9)'],
    [column({ kind: 'float', bits: 64 }), 'Float32'],
    [integer(8, false), 'String MATERIALIZED'],
  ])('%j does not fit %s', (model, type) => {
    expect(clickhouseTypes.fit(model, type)).toBeUndefined();
  });

  test('a narrower integer or date type takes what fits, a wider one everything', () => {
    expect(clickhouseTypes.fit(integer(64, false), 'Int64')).toEqual({
      rules: { number: { from: '-9223372036854775808', to: '9223372036854775807' } },
    });
    expect(clickhouseTypes.fit(integer(32, true), 'Nullable(Int64)')).toEqual({});
    expect(clickhouseTypes.fit(integer(32, false), 'Int64')).toEqual({});
    expect(clickhouseTypes.fit(column({ kind: 'date' }), 'Date')?.rules?.time?.to).toBe('2149-06-06');
    expect(
      clickhouseTypes.fit(column({ kind: 'timestamp', precision: 6 }), "DateTime64(9, 'Asia/Tokyo')")?.rules?.time?.to,
    ).toBe('2262-04-11T23:47:16Z');
  });

  test('arrays and maps travel as JSON text', () => {
    expect(clickhouseTypes.fit(column({ kind: 'nested' }), 'LowCardinality(Nullable(String))')).toEqual({ as: 'json' });
  });
});
