import { describe, expect, test } from '@jest/globals';
import { parameterNames, parseStatement } from './statement.ts';

describe('parseStatement', () => {
  test.each([
    ['SELECT 1 FORMAT JSON', 'SELECT 1', 'JSON'],
    ['SELECT 1 format CSV ; ', 'SELECT 1', 'CSV'],
    ["SELECT 'x FORMAT CSV'", "SELECT 'x FORMAT CSV'", undefined],
    ['SELECT 1 -- FORMAT CSV', 'SELECT 1', undefined],
    ['SELECT a FROM (SELECT format FROM t) FORMAT TSV', 'SELECT a FROM (SELECT format FROM t)', 'TSV'],
    ['SELECT format FROM t', 'SELECT format FROM t', undefined],
    ['SELECT 1 FORMAT TSV SETTINGS max_threads = 1', 'SELECT 1 SETTINGS max_threads = 1', 'TSV'],
    ['SELECT 1 SETTINGS max_threads = 1 FORMAT TSV', 'SELECT 1 SETTINGS max_threads = 1', 'TSV'],
    ['WITH 1 AS x SELECT `FORMAT JSON`', 'WITH 1 AS x SELECT `FORMAT JSON`', undefined],
    ['/* SELECT */ (SELECT 1) FORMAT TSV', '/* SELECT */ (SELECT 1)', 'TSV'],
    ['SELECT $a$ FORMAT CSV; $a$', 'SELECT $a$ FORMAT CSV; $a$', undefined],
  ])('takes the format out of %s', (sql, body, format) => {
    const statement = parseStatement(sql);
    expect(statement).toMatchObject({ kind: 'select', format });
    expect(statement).toHaveProperty('sql', expect.stringMatching(/\S/));
    expect('sql' in statement ? statement.sql.replace(/\s+/g, ' ') : '').toBe(body);
  });

  test.each([
    ['INSERT INTO t FORMAT JSONEachRow', 'INSERT INTO t ', '', 'JSONEachRow', ''],
    [
      'INSERT INTO t (a, format) SETTINGS x = 1 FORMAT TSV\n1\t2\n',
      'INSERT INTO t (a, format) ',
      'SETTINGS x = 1 ',
      'TSV',
      '1\t2\n',
    ],
    ["INSERT INTO t VALUES (1, 'SELECT;')", 'INSERT INTO t ', '', 'Values', "(1, 'SELECT;')"],
    ['insert into t format Values', 'insert into t ', '', 'Values', ''],
    ['INSERT INTO t;', 'INSERT INTO t', '', 'Values', ''],
    [
      'INSERT INTO t FORMAT JSONEachRow {"a":"it\'s SELECT"}',
      'INSERT INTO t ',
      '',
      'JSONEachRow',
      '{"a":"it\'s SELECT"}',
    ],
  ])('splits %s', (sql, head, settings, format, inlineData) => {
    expect(parseStatement(sql)).toEqual({ kind: 'insert', head, settings, format, inlineData });
  });

  test.each([
    ['INSERT INTO t SELECT 1', false],
    ['CREATE TABLE t (a Int8) ENGINE = Memory', false],
    ['SHOW TABLES', false],
    ['SET max_threads = 1', true],
    ['USE other', true],
    ['CREATE TEMPORARY TABLE t (a Int8)', true],
  ])('%s is a command', (sql, tainting) => {
    expect(parseStatement(sql)).toMatchObject({ kind: 'command', tainting });
  });

  test('KILL QUERY finds its query where its id is kept', () => {
    expect(parseStatement("KILL QUERY WHERE query_id = 'query_id' SYNC")).toMatchObject({
      sql: "KILL QUERY WHERE Settings['log_comment'] = 'query_id' SYNC",
    });
  });

  test('refuses a second statement', () => {
    expect(() => parseStatement('SELECT 1; DROP TABLE t')).toThrow('Multi-statements are not allowed');
  });
});

test('parameterNames finds placeholders and nothing in strings', () => {
  expect(parameterNames("SELECT {a:String}, '{b:String}', map('k', 1), { c : UInt8 } -- {d:UInt8}")).toEqual(
    new Set(['a', 'c']),
  );
});
