import { expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The engine of these tests knows no users: what the code does is compared with what ops/clickhouse grants. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

/** What ClickHouse asks for, by the statement's verb. */
const RIGHTS: readonly [RegExp, string][] = [
  [/^CREATE DATABASE/, 'CREATE DATABASE'],
  [/^CREATE TABLE/, 'CREATE TABLE'],
  [/^CREATE (MATERIALIZED )?VIEW/, 'CREATE VIEW'],
  [/^DROP TABLE/, 'DROP TABLE'],
  [/^ADD COLUMN/, 'ALTER ADD COLUMN'],
  [/^MODIFY TTL/, 'ALTER TTL'],
  [/^(DELETE WHERE|DROP PARTITION|REPLACE PARTITION)/, 'ALTER DELETE'],
  [/^UPDATE/, 'ALTER UPDATE'],
  [/^OPTIMIZE TABLE/, 'OPTIMIZE'],
  [/^INSERT INTO/, 'INSERT'],
  [/^FROM system\.(mutations|disks|clusters|replicas)$/, 'SELECT'],
  // A server shows everybody the tables that they may read, and lets everybody end queries of their own.
  [/^(FROM system\.tables|KILL QUERY)$/, ''],
];
const VERBS =
  /\b(?:CREATE (?:DATABASE|TABLE|(?:MATERIALIZED )?VIEW)|DROP (?:TABLE|VIEW|PARTITION)|TRUNCATE TABLE|EXCHANGE TABLES|RENAME TABLE|(?:ADD|MODIFY|DROP|MATERIALIZE|RENAME|CLEAR|COMMENT) (?:COLUMN|INDEX|TTL|SETTING|PROJECTION|ORDER)|DELETE WHERE|REPLACE PARTITION|UPDATE [a-z_]+ =|OPTIMIZE TABLE|SYSTEM [A-Z]+|KILL QUERY|INSERT INTO|FROM system\.[a-z_]+)/g;

const files = readdirSync(path.join(ROOT, 'clickhouse'), { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.(sql|ts)$/.test(file) && !file.endsWith('.test.ts') && !file.startsWith('user-sql'))
  .map((file) => path.join('clickhouse', file));

test('the service user may do everything that Sluice does in ClickHouse', () => {
  const grants = read('ops/clickhouse/service-user.sql').matchAll(/^GRANT ([A-Z, ]+) ON (\S+) TO sluice;$/gm);
  const granted = new Set(
    [...grants].flatMap(([, rights = '', on = '']) => rights.split(', ').map((right) => `${right} ON ${on}`)),
  );
  const done = files.flatMap((file) => [...read(file).matchAll(VERBS)].map(([verb]) => ({ file, verb })));
  expect(done.length).toBeGreaterThan(20);
  const refused = done.filter(({ verb }) => {
    const right = RIGHTS.find(([pattern]) => pattern.test(verb))?.[1];
    const on = verb.startsWith('FROM ') ? verb.slice('FROM '.length) : 'sluice.*';
    return right !== '' && !granted.has(`${String(right)} ON ${on}`);
  });
  expect(refused).toEqual([]);
});
