import { expect, test } from '@jest/globals';
import { readiness, type ReadinessProbes } from './readiness.ts';

const yes = (): Promise<boolean> => Promise.resolve(true);
const no = (): Promise<boolean> => Promise.resolve(false);
const ALL: ReadinessProbes = { clickhouse: yes, postgres: yes, temporal: yes };

test('ready while everything answers', async () => {
  expect(await readiness(ALL)()).toEqual([]);
});

test('not without ClickHouse, whatever else answers', async () => {
  await expect(readiness({ ...ALL, clickhouse: no })()).rejects.toThrow('not answering: ClickHouse');
  await expect(readiness({ ...ALL, clickhouse: no, postgres: no })()).rejects.toThrow('ClickHouse, PostgreSQL');
});

test('without Temporal ready, and it says so', async () => {
  const refused = (): Promise<boolean> => Promise.reject(new Error('refused'));
  expect(await readiness({ ...ALL, temporal: refused })()).toEqual(['temporal']);
});

test('without Postgres only where it has answered before', async () => {
  let postgres = no;
  const ready = readiness({ ...ALL, postgres: () => postgres() });
  await expect(ready()).rejects.toThrow('not answering: PostgreSQL');
  postgres = yes;
  expect(await ready()).toEqual([]);
  postgres = no;
  expect(await ready()).toEqual(['postgres']);
});

test('a server that says nothing is away', async () => {
  const silent = (): Promise<boolean> => new Promise(() => undefined);
  expect(await readiness({ ...ALL, temporal: silent }, 20)()).toEqual(['temporal']);
  await expect(readiness({ ...ALL, clickhouse: silent }, 20)()).rejects.toThrow('ClickHouse');
});
