import { describe, expect, test } from '@jest/globals';
import type { Column, ColumnType } from '../../core/columns.ts';
import { POSTGRES_TYPES } from './types.ts';

const column = (type: ColumnType): Column => ({ name: 'v', type, nullable: true });
const int = (bits: 8 | 16 | 32 | 64 | 128 | 256, signed: boolean): ColumnType => ({ kind: 'integer', bits, signed });
const text = { kind: 'text' } as const;
const json = { kind: 'json' } as const;
const uuid = { kind: 'uuid' } as const;
const float = (bits: 32 | 64): ColumnType => ({ kind: 'float', bits });
const moment = (precision: number): ColumnType => ({ kind: 'timestamp', precision });
const decimal = (precision: number, scale: number): ColumnType => ({ kind: 'decimal', precision, scale });

describe('types for new columns', () => {
  test.each([
    [text, 'text'],
    [json, 'jsonb'],
    [{ kind: 'nested' } as const, 'jsonb'],
    [uuid, 'uuid'],
    [{ kind: 'bool' } as const, 'boolean'],
    [int(8, false), 'smallint'],
    [int(16, true), 'smallint'],
    [int(16, false), 'integer'],
    [int(32, false), 'bigint'],
    [int(64, true), 'bigint'],
    [int(64, false), 'numeric(20,0)'],
    [int(128, false), 'numeric(39,0)'],
    [int(256, true), 'numeric(77,0)'],
    [decimal(76, 20), 'numeric(76,20)'],
    [float(32), 'real'],
    [float(64), 'double precision'],
    [{ kind: 'date' } as const, 'date'],
    [moment(9), 'timestamp with time zone'],
  ])('%j becomes %s, which fits without a number rule', (type, created) => {
    expect(POSTGRES_TYPES.createType(column(type))).toBe(created);
    expect(POSTGRES_TYPES.fit(column(type), created)).toBeDefined();
    expect(POSTGRES_TYPES.fit(column(type), created)?.rules?.number).toBeUndefined();
  });
});

describe('types of a table that is there', () => {
  const stripped = { nul: 'strip', surrogates: 'strip' } as const;

  test.each([
    [text, 'citext', { rules: stripped }],
    [text, 'character varying(20)', { rules: { ...stripped, maxChars: 20 } }],
    [json, 'character varying(20)', { rules: { ...stripped, maxChars: 20 } }],
    [{ kind: 'nested' } as const, 'text', { as: 'json', rules: stripped }],
    [uuid, 'character(36)', {}],
    [int(64, true), 'character varying(20)', {}],
    [int(64, false), 'bigint', { rules: { number: { from: '-9223372036854775808', to: '9223372036854775807' } } }],
    [int(64, true), 'smallint', { rules: { number: { from: '-32768', to: '32767' } } }],
    [int(32, false), 'numeric(6,2)', { rules: { number: { from: '-9999', to: '9999' } } }],
    [int(32, false), 'numeric', {}],
    [int(32, false), 'double precision', {}],
    [float(64), 'numeric', { rules: { nonFinite: 'reject' } }],
    [float(32), 'double precision', {}],
    [moment(6), 'timestamp without time zone', {}],
    [moment(9), 'timestamp(3) with time zone', { as: 'timestamp_micros' }],
    [{ kind: 'date' } as const, 'timestamp with time zone', {}],
    [decimal(10, 2), 'numeric(12,4)', {}],
  ])('%j is written to %s as %j', (type, there, fit) => {
    expect(POSTGRES_TYPES.fit(column(type), there)).toEqual(fit);
  });

  test.each([
    [text, 'jsonb'],
    [text, 'uuid'],
    [text, 'bytea'],
    [uuid, 'character varying(35)'],
    [int(64, true), 'double precision'],
    [int(64, true), 'bigint GENERATED ALWAYS'],
    [int(8, true), 'boolean'],
    [int(64, true), 'character varying(19)'],
    [int(8, true), 'numeric(2,2)'],
    [float(64), 'real'],
    [float(64), 'numeric(10,2)'],
    [decimal(38, 10), 'numeric(38,5)'],
    [decimal(38, 10), 'double precision'],
    [moment(6), 'date'],
    [{ kind: 'bool' } as const, 'integer'],
    [{ kind: 'nested' } as const, 'text[]'],
  ])('%j does not fit %s', (type, there) => {
    expect(POSTGRES_TYPES.fit(column(type), there)).toBeUndefined();
  });

  test('names that the server cuts to one are one', () => {
    expect(POSTGRES_TYPES.sameName('a'.repeat(64), `${'a'.repeat(63)}b`)).toBe(true);
    expect(POSTGRES_TYPES.sameName('Id', 'id')).toBe(false);
  });
});
