import { describe, expect, test } from '@jest/globals';
import type { Column, ColumnType } from '../../core/columns.ts';
import { layoutOf } from './stage-columns.ts';
import { redshiftTypes } from './types.ts';

const types = redshiftTypes({ jsonType: 'super', maxJsonBytes: 16_000_000 });
const column = (type: ColumnType): Column => ({ name: 'c', type, nullable: false });
const int = (bits: 8 | 16 | 32 | 64 | 128 | 256, signed = true): ColumnType => ({ kind: 'integer', bits, signed });
const decimal = (precision: number, scale: number): ColumnType => ({ kind: 'decimal', precision, scale });

test.each<[ColumnType, string]>([
  [{ kind: 'text' }, 'character varying(65535)'],
  [{ kind: 'json' }, 'super'],
  [{ kind: 'nested' }, 'super'],
  [{ kind: 'uuid' }, 'character varying(36)'],
  [{ kind: 'bool' }, 'boolean'],
  [int(8), 'smallint'],
  [int(8, false), 'smallint'],
  [int(16), 'smallint'],
  [int(16, false), 'integer'],
  [int(32, false), 'bigint'],
  [int(64), 'bigint'],
  [int(64, false), 'numeric(20,0)'],
  [int(128), 'character varying(40)'],
  [int(256), 'character varying(78)'],
  [decimal(38, 10), 'numeric(38,10)'],
  [decimal(76, 20), 'character varying(79)'],
  [{ kind: 'float', bits: 32 }, 'real'],
  [{ kind: 'date' }, 'date'],
  [{ kind: 'timestamp', precision: 9 }, 'timestamp with time zone'],
])('a new column for %j is %s, which fits', (type, expected) => {
  expect(types.createType(column(type))).toBe(expected);
  expect(types.fit(column(type), expected)).toBeDefined();
});

test('JSON may become text', () => {
  const asText = redshiftTypes({ jsonType: 'varchar', maxJsonBytes: 16_000_000 });
  expect(asText.createType(column({ kind: 'json' }))).toBe('character varying(65535)');
});

describe('a column of the user', () => {
  test.each<[ColumnType, string]>([
    [{ kind: 'text' }, 'date'],
    [{ kind: 'text' }, 'super'],
    [{ kind: 'uuid' }, 'character varying(35)'],
    [{ kind: 'timestamp', precision: 6 }, 'date'],
    [{ kind: 'float', bits: 64 }, 'real'],
    [decimal(20, 5), 'numeric(20,4)'],
    [decimal(20, 5), 'numeric(19,5)'],
    [int(32), 'boolean'],
    [int(32), 'geometry'],
    [int(32), 'numeric(5,5)'],
  ])('%j does not fit %s', (type, target) => {
    expect(types.fit(column(type), target)).toBeUndefined();
  });

  test.each<[ColumnType, string, object]>([
    [{ kind: 'text' }, 'character varying(20)', { maxBytes: 20 }],
    [{ kind: 'nested' }, 'character varying(99)', { maxBytes: 99 }],
    [int(64), 'smallint', { number: { from: '-32768', to: '32767' } }],
    [int(64, false), 'numeric(5,2)', { number: { from: '-999', to: '999' } }],
    [{ kind: 'json' }, 'super', { maxBytes: 16_000_000, maxJsonStringBytes: 65_535, validJson: true, maxDepth: 1_000 }],
  ])('%j fits %s value by value', (type, target, rules) => {
    expect(types.fit(column(type), target)?.rules).toMatchObject(rules);
  });

  test('of the type TIMESTAMP takes moments', () => {
    const moment = column({ kind: 'timestamp', precision: 3 });
    expect(types.fit(moment, 'timestamp without time zone')).toEqual({ as: 'timestamp_micros' });
  });
});

describe('on the way', () => {
  const staged = (type: ColumnType, target: string, mode: 'copy' | 'insert' = 'copy') => {
    const planned = { column: column(type), source: 'c', name: 'c', target: { name: 'C', type: target } };
    return layoutOf([{ ...planned, ...types.fit(column(type), target) }], mode).columns[0]!;
  };

  test.each<[ColumnType, string, string, string]>([
    [{ kind: 'text' }, 'character varying(9)', 'varchar(65535)', '"c0"'],
    [{ kind: 'json' }, 'super', 'varbyte(16777216)', 'JSON_PARSE("c0")'],
    [{ kind: 'timestamp', precision: 0 }, 'timestamp with time zone', 'timestamp', `"c0" AT TIME ZONE 'UTC'`],
    [{ kind: 'timestamp', precision: 0 }, 'timestamp without time zone', 'timestamp', '"c0"'],
    [{ kind: 'date' }, 'date', 'varchar(65535)', 'CAST("c0" AS date)'],
    [int(8, false), 'smallint', 'numeric(18, 0)', 'CAST("c0" AS smallint)'],
    [int(64, false), 'numeric(20,0)', 'numeric(38, 0)', 'CAST("c0" AS numeric(20,0))'],
    [int(256), 'bigint', 'varchar(65535)', 'CAST("c0" AS bigint)'],
    [int(32), 'bigint', 'integer', '"c0"'],
    [decimal(10, 2), 'numeric(20,5)', 'numeric(10, 2)', '"c0"'],
  ])('%j for %s is staged as %s and written as %s', (type, target, stage, value) => {
    expect(staged(type, target)).toMatchObject({ type: stage, value });
  });

  test('files for other columns or types have another layout', () => {
    const planned = (name: string, type: string) => ({
      column: column({ kind: 'text' }),
      source: name,
      name,
      target: { name, type },
    });
    const ids = [[planned('a', 'super')], [planned('a', 'date')], [planned('a', 'super'), planned('b', 'super')]].map(
      (columns) => layoutOf(columns, 'copy').id,
    );
    expect(new Set(ids).size).toBe(3);
    expect(layoutOf([planned('a', 'super')], 'copy').id).toBe(ids[0]);
  });
});
