import { expect, test } from '@jest/globals';
import type { Column, ColumnType } from '../../core/columns.ts';
import { moved, typeRules } from './types.ts';

const rules = typeRules('json');
const column = (type: ColumnType): Column => ({ name: 'c', type, nullable: true });
const int = (bits: 8 | 16 | 32 | 64 | 128 | 256, signed: boolean): ColumnType => ({ kind: 'integer', bits, signed });
const decimal = (precision: number, scale: number): ColumnType => ({ kind: 'decimal', precision, scale });

test.each<[ColumnType, string]>([
  [{ kind: 'text' }, 'STRING'],
  [{ kind: 'uuid' }, 'STRING'],
  [{ kind: 'json' }, 'JSON'],
  [{ kind: 'nested' }, 'JSON'],
  [{ kind: 'bool' }, 'BOOLEAN'],
  [int(64, true), 'INTEGER'],
  [int(32, false), 'INTEGER'],
  [int(64, false), 'NUMERIC'],
  [int(128, true), 'STRING'],
  [decimal(38, 9), 'NUMERIC'],
  [decimal(38, 10), 'BIGNUMERIC'],
  [decimal(76, 38), 'BIGNUMERIC'],
  [decimal(76, 20), 'STRING'],
  [{ kind: 'float', bits: 32 }, 'FLOAT'],
  [{ kind: 'date' }, 'DATE'],
  [{ kind: 'timestamp', precision: 9 }, 'TIMESTAMP'],
])('%j becomes %s, and fits into what it became', (type, created) => {
  expect(rules.createType(column(type))).toBe(created);
  expect(rules.fit(column(type), created)).toBeDefined();
});

test('JSON columns may be made as STRING', () => {
  expect(typeRules('string').createType(column({ kind: 'json' }))).toBe('STRING');
});

test.each<[ColumnType, string]>([
  [{ kind: 'text' }, 'DATE'],
  [{ kind: 'text' }, 'JSON'],
  [int(64, true), 'FLOAT'],
  [decimal(38, 10), 'NUMERIC'],
  [decimal(10, 2), 'NUMERIC(10,2)'],
  [{ kind: 'timestamp', precision: 3 }, 'DATE'],
  [{ kind: 'json' }, 'ARRAY<STRING>'],
  [{ kind: 'float', bits: 64 }, 'NUMERIC'],
])('%j does not fit into %s', (type, there) => {
  expect(rules.fit(column(type), there)).toBeUndefined();
});

test.each<[ColumnType, string, object]>([
  [{ kind: 'text' }, 'STRING(20)', { rules: { surrogates: 'strip', maxChars: 20 } }],
  [
    int(64, false),
    'INTEGER',
    { as: 'text', rules: { number: { from: '-9223372036854775808', to: '9223372036854775807' } } },
  ],
  [int(256, true), 'NUMERIC', { as: 'text', rules: { number: { from: `-${'9'.repeat(29)}`, to: '9'.repeat(29) } } }],
  [{ kind: 'date' }, 'STRING', { as: 'text', rules: {} }],
])('%j in %s: what does not fit is set aside', (type, there, fit) => {
  expect(rules.fit(column(type), there)).toEqual(fit);
});

test('identifiers are equal whatever their case', () => {
  expect(rules.sameName('UUID', 'uuid')).toBe(true);
});

test('JSON that BigQuery refuses is kept as a JSON string, and NULL stays NULL', () => {
  expect(moved('c0', 'JSON')).toBe(
    "IF(c0 IS NULL, NULL, IFNULL(SAFE.PARSE_JSON(c0, wide_number_mode=>'round'), TO_JSON(c0)))",
  );
});
