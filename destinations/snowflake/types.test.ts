import { describe, expect, test } from '@jest/globals';
import type { ColumnType } from '../../core/columns.ts';
import { snowflakeTypes } from './types.ts';

const types = snowflakeTypes({ jsonType: 'variant' });
const column = (type: ColumnType) => ({ name: 'c', type, nullable: false });
const int = (bits: 8 | 16 | 32 | 64 | 128 | 256, signed: boolean): ColumnType => ({ kind: 'integer', bits, signed });

const CREATED: [ColumnType, string][] = [
  [{ kind: 'text' }, 'VARCHAR'],
  [{ kind: 'json' }, 'VARIANT'],
  [{ kind: 'nested' }, 'VARIANT'],
  [{ kind: 'uuid' }, 'VARCHAR(36)'],
  [{ kind: 'bool' }, 'BOOLEAN'],
  [int(8, true), 'NUMBER(3,0)'],
  [int(64, true), 'NUMBER(19,0)'],
  [int(64, false), 'NUMBER(20,0)'],
  [int(128, false), 'VARCHAR'],
  [int(256, true), 'VARCHAR'],
  [{ kind: 'decimal', precision: 38, scale: 10 }, 'NUMBER(38,10)'],
  [{ kind: 'decimal', precision: 76, scale: 20 }, 'VARCHAR'],
  [{ kind: 'float', bits: 32 }, 'FLOAT'],
  [{ kind: 'date' }, 'DATE'],
  [{ kind: 'timestamp', precision: 3 }, 'TIMESTAMP_TZ(3)'],
  [{ kind: 'timestamp', precision: 9 }, 'TIMESTAMP_TZ(6)'],
];

describe('types of new columns', () => {
  test.each(CREATED)('%j is %s, and fits its own column', (type, created) => {
    expect(types.createType(column(type))).toBe(created);
    expect(types.fit(column(type), created)).toBeDefined();
  });

  test('JSON may be text', () => {
    expect(snowflakeTypes({ jsonType: 'varchar' }).createType(column({ kind: 'json' }))).toBe('VARCHAR');
  });
});

describe('tables that are there', () => {
  const fit = (type: ColumnType, there: string) => types.fit(column(type), there);

  test('an integer in a narrower number: each value is looked at', () => {
    expect(fit(int(64, false), 'NUMBER(10,0)')).toEqual({
      as: 'text',
      rules: { number: { from: '-9999999999', to: '9999999999' } },
    });
    expect(fit(int(32, true), 'NUMBER(38,0)')).toEqual({ as: 'text' });
    expect(fit(int(8, true), 'NUMBER(5,5)')).toBeUndefined();
  });

  test('a decimal fits a number with as many digits on both sides', () => {
    const type: ColumnType = { kind: 'decimal', precision: 20, scale: 5 };
    expect(fit(type, 'NUMBER(25,10)')).toEqual({ as: 'text' });
    expect(fit(type, 'NUMBER(25,4)')).toBeUndefined();
    expect(fit(type, 'NUMBER(20,6)')).toBeUndefined();
  });

  test('anything is text where there is room for it', () => {
    expect(fit({ kind: 'text' }, 'VARCHAR(200)')).toMatchObject({ rules: { maxChars: 200 } });
    expect(fit({ kind: 'text' }, 'VARCHAR(16777216)')?.rules).not.toHaveProperty('maxChars');
    expect(fit({ kind: 'timestamp', precision: 6 }, 'VARCHAR(16777216)')).toMatchObject({ as: 'text' });
  });

  test.each([
    [{ kind: 'text' }, 'NUMBER(38,0)'],
    [{ kind: 'text' }, 'VARIANT'],
    [{ kind: 'json' }, 'OBJECT'],
    [{ kind: 'timestamp', precision: 6 }, 'DATE'],
    [{ kind: 'float', bits: 64 }, 'NUMBER(38,10)'],
    [{ kind: 'bool' }, 'NUMBER(1,0)'],
  ] satisfies [ColumnType, string][])('%j does not fit %s', (type, there) => {
    expect(fit(type, there)).toBeUndefined();
  });

  test.each(['TIMESTAMP_NTZ(9)', 'TIMESTAMP_LTZ(9)', 'TIMESTAMP_TZ(9)'])('a moment fits %s', (there) => {
    expect(fit({ kind: 'timestamp', precision: 6 }, there)).toEqual({ as: 'timestamp_micros' });
  });

  test('columns are matched whatever their case', () => {
    expect(types.sameName('distinct_id', 'DISTINCT_ID')).toBe(true);
    expect(types.sameName('distinct_id', 'DISTINCTID')).toBe(false);
  });
});
