import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { errorCode, isSluiceError } from '../../core/errors.ts';
import { ACCEPTED } from '../../test/clickhouse/user-sql/accepted.ts';
import { mutatedQuery } from '../../test/clickhouse/user-sql/mutations.ts';
import { compileUserQuery } from './compile.ts';
import { eventsRelation } from './events-relation.ts';
import { findFunction } from './functions.ts';
import { columnType } from './result-columns.ts';

const SCOPE = { teamId: 7, range: { startMicros: 1_795_176_000_000_000, endMicros: 1_795_179_600_000_000 } };
const compile = (query: string): string => compileUserQuery(query, 'db', SCOPE).sql;

/** Words that the printer may write outside of quotes, beside allowed functions. */
const WORDS = new Set(
  `SELECT DISTINCT ON AS FROM WHERE GROUP BY WITH ROLLUP CUBE HAVING WINDOW QUALIFY ORDER ASC DESC NULLS FIRST LAST LIMIT OFFSET
  JOIN INNER LEFT RIGHT FULL ANY ALL SEMI ANTI ASOF ARRAY USING OVER PARTITION ROWS RANGE BETWEEN AND UNBOUNDED PRECEDING FOLLOWING
  CURRENT ROW UNION INTERSECT EXCEPT NULL true false exists`.split(/\s+/),
);
const BOUND = /\{interval_(?:start|end):DateTime64\(6, 'UTC'\)\}/g;

/** What is left of a compiled query outside of quotes, once the relation of ours and the two parameters are taken out. */
function bareWords(sql: string): string[] {
  const open = sql.replaceAll(eventsRelation('db'), '').replace(BOUND, '');
  const unquoted = open.replace(/'(?:[^'\\]|\\.)*'|`[^`\\]*`/g, ' ');
  expect(unquoted).toMatch(/^[\w\s.,()[\]*>-]*$/);
  return unquoted.match(/(?<![\w.])[A-Za-z_]\w*/g) ?? [];
}

describe('the text that goes to the engine', () => {
  test.each(ACCEPTED)('has only known words outside of quotes: %s', (query) => {
    expect(bareWords(compile(query)).filter((word) => !WORDS.has(word) && findFunction(word) === undefined)).toEqual(
      [],
    );
  });

  test('mutated queries are refused, or have only known words outside of quotes', () => {
    let compiled = 0;
    fc.assert(
      fc.property(mutatedQuery, (query) => {
        const sql = compiledOrRefused(query);
        compiled += sql === undefined ? 0 : 1;
        const words = sql === undefined ? [] : bareWords(sql);
        expect(words.filter((word) => !WORDS.has(word) && findFunction(word) === undefined)).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
    expect(compiled).toBeGreaterThan(100); // a hundred seeds gave 181 to 238
  });

  test('whatever is written, nothing but a refusal is thrown', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => void compiledOrRefused(`SELECT ${text}`)),
      { numRuns: 2_000 },
    );
  });

  test('texts and names come back as they were', () => {
    const hostile = `a'b\\c\n\t\0"\`é–`;
    const literal = `'${hostile.replace(/['\\]/g, '\\$&')}'`;
    expect(compile(`SELECT ${literal} AS "x y"`)).toBe("SELECT 'a\\'b\\\\c\\n\\t\\x00\"`é–' AS `x y`");
  });

  test('ranks of operators', () => {
    expect(compile('SELECT 1 + 2 * 3 = 7 AND NOT a OR b IS NULL AS x')).toBe(
      'SELECT or(and(equals(plus(1, multiply(2, 3)), 7), not(`a`)), isNull(`b`)) AS `x`',
    );
    expect(compile('SELECT -a - -1 AS x')).toBe('SELECT minus(negate(`a`), (-1)) AS `x`');
    expect(compile('SELECT a NOT BETWEEN 1 AND 2 OR c AS x')).toBe(
      'SELECT or(not(and(greaterOrEquals(`a`, 1), lessOrEquals(`a`, 2))), `c`) AS `x`',
    );
  });

  test('each use of events is the relation of the team, and the team is a parameter', () => {
    const { sql, params } = compileUserQuery(
      'SELECT count() AS n FROM events a JOIN events b ON a.uuid = b.uuid',
      'db',
      SCOPE,
    );
    expect(sql.split('.event_log').length - 1).toBe(4);
    expect(params).toEqual({
      scope_team: 7,
      interval_start: '2026-11-20 12:00:00.000000',
      interval_end: '2026-11-20 13:00:00.000000',
    });
  });
});

function compiledOrRefused(query: string): string | undefined {
  try {
    return compile(query);
  } catch (error) {
    expect([query, isSluiceError(error), errorCode(error)]).toEqual([query, true, 'query_refused']);
    return undefined;
  }
}

test('types of results', () => {
  expect(columnType('LowCardinality(Nullable(String))')).toEqual({ type: { kind: 'text' }, nullable: true });
  expect(columnType("DateTime64(3, 'Europe/Berlin')")).toEqual({
    type: { kind: 'timestamp', precision: 3 },
    nullable: false,
  });
  expect(columnType('Array(Tuple(a String, b Nullable(Int64)))')).toEqual({
    type: { kind: 'nested' },
    nullable: false,
  });
  expect(columnType('Nullable(Decimal(18, 4))')).toEqual({
    type: { kind: 'decimal', precision: 18, scale: 4 },
    nullable: true,
  });
  const refused = [
    'Nullable(Nothing)',
    'Array(Nothing)',
    'AggregateFunction(sum, UInt64)',
    'Array(AggregateFunction(sum, UInt64))',
    'IntervalDay',
    'Dynamic',
    'JSON',
    'Map(String, Dynamic)',
    'BFloat16',
    'Time64(3)',
  ];
  expect(refused.filter((type) => columnType(type) !== undefined)).toEqual([]);
});
