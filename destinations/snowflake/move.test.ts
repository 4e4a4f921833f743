import { expect, test } from '@jest/globals';
import { contextOf } from '../../test/conformance/context.ts';
import { planColumns } from '../table/columns.ts';
import { layoutOf, valueSql } from './layout.ts';
import { moveSql, type Move } from './move.ts';
import { snowflakeTypes } from './types.ts';

const MODEL = [
  { name: 'id', type: { kind: 'integer', bits: 64, signed: true }, nullable: false },
  { name: 'v', type: { kind: 'timestamp', precision: 6 }, nullable: false },
  { name: 'props', type: { kind: 'json' }, nullable: false },
  { name: 'ok', type: { kind: 'bool' }, nullable: true },
] as const;

const plan = planColumns(
  MODEL,
  { name: 't', existing: undefined, key: ['id'] },
  { types: snowflakeTypes({ jsonType: 'variant' }), policy: 'auto' },
);
const layout = layoutOf(plan.columns);
const move: Move = { layout, target: 'T', stage: 'S', verdict: 'load', guard: { sql: 'GUARD', binds: [] } };

test('staged values become the types of the table', () => {
  expect(layout.columns.map(({ type }) => type)).toEqual(['VARCHAR', 'TIMESTAMP_NTZ(6)', 'VARCHAR', 'BOOLEAN']);
  expect(layout.columns.map((column) => valueSql(column))).toEqual([
    '"C0"::NUMBER(19,0)',
    '"C1"::TIMESTAMP_TZ(6)',
    `COALESCE(TRY_PARSE_JSON("C2", 'd'), TO_VARIANT("C2"))`,
    '"C3"',
  ]);
});

test('a layout is another when a column of the table is', () => {
  const [first, ...rest] = plan.columns;
  const changed = { ...first!, target: { name: 'id', type: 'NUMBER(38,0)' } };
  expect(layoutOf([changed, ...rest]).id).not.toBe(layout.id);
});

test.each([
  ['append, nothing there', {}, 'load', /^INSERT .* WHERE GUARD$/],
  ['append over an older generation', { key: ['id'] }, 'fill', /^INSERT .* WHERE GUARD AND NOT EXISTS/],
  ['append without a key over an older generation', { key: [] }, 'fill', undefined],
  ['merge', { mode: 'merge', key: ['id'], versionColumn: 'v' }, 'load', /^MERGE .* WHERE GUARD QUALIFY/s],
] as const)('%s', (_name, overrides, verdict, expected) => {
  const context = contextOf({ columns: MODEL, ...overrides });
  const sql = moveSql(context, { ...move, verdict });
  expect(sql === undefined).toBe(expected === undefined);
  expect(sql ?? '').toMatch(expected ?? /^$/);
});

test('a merge without a version takes what comes; of equal keys the greatest of the other values', () => {
  const context = contextOf({ columns: MODEL, mode: 'merge', key: ['id'] });
  const sql = moveSql(context, move);
  expect(sql).toContain('PARTITION BY r."C0"::NUMBER(19,0) ORDER BY r."C1" DESC NULLS LAST');
  expect(sql).toContain('WHEN MATCHED THEN UPDATE SET');
});
