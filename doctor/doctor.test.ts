import { describe, expect, test } from '@jest/globals';
import { replicasFinding } from './clickhouse.ts';
import { clockFinding, temporalClockFinding } from './clocks.ts';
import { diskFinding } from './disks.ts';
import { checked, findingsText, ok, warn, worstOf } from './finding.ts';
import { schemaFinding, serverFindings } from './postgres.ts';
import { queueFinding, scheduleFindings } from './temporal.ts';

describe('clocks', () => {
  test.each([
    [300, 10, 'ok'],
    [-1_500, 100, 'warn'],
    [1_500, 600, 'ok'],
    [-31_000, 500, 'fail'],
  ])('%s ms apart, known within %s ms, is %s', (aheadMs, uncertaintyMs, status) => {
    const found = clockFinding({ server: 'ClickHouse', aheadMs, uncertaintyMs }, 60_000);
    expect(found).toMatchObject({ check: 'clock.clickhouse', status });
  });

  test('a poll in the future shows that Temporal is ahead; without polls nothing is said', () => {
    const now = Date.parse('2026-11-21T12:00:00Z');
    expect(temporalClockFinding(0, now, 60_000)).toEqual([]);
    expect(temporalClockFinding(now - 50_000, now, 60_000)[0]?.status).toBe('ok');
    expect(temporalClockFinding(now + 5_000, now, 60_000)[0]?.status).toBe('warn');
    expect(temporalClockFinding(now + 40_000, now, 60_000)[0]?.status).toBe('fail');
  });
});

test.each([
  [50, 'ok'],
  [5, 'warn'],
  [1, 'fail'],
])('a disk with %s %% free is %s', (freeBytes, status) => {
  expect(diskFinding({ name: 'a', freeBytes, totalBytes: 100 }).status).toBe(status);
});

test.each([
  [{ isReadOnly: false, replicas: 3, active: 3 }, 'ok', '2 tables have 3 replicas each'],
  [{ isReadOnly: false, replicas: 3, active: 2 }, 'warn', 'b has 2 of 3 replicas'],
  // Nobody has made it on the replica that joined last.
  [{ isReadOnly: false, replicas: 2, active: 2 }, 'warn', 'b has 2 of 3 replicas'],
  [{ isReadOnly: true, replicas: 3, active: 0 }, 'fail', 'no writes on the server that answers: b'],
])('replicas of a table, %j: %s', (table, status, message) => {
  const whole = { name: 'a', isReadOnly: false, replicas: 3, active: 3 };
  expect(replicasFinding([whole, { name: 'b', ...table }])).toMatchObject({ status, message });
});

test('schemas: a changed file is worse than a missing one, and both are worse than a newer one', () => {
  const state = { pending: ['2.sql'], changed: ['1.sql'], unknown: ['9.sql'] };
  expect(schemaFinding('a.b', state)).toMatchObject({ status: 'fail', message: expect.stringContaining('1.sql') });
  expect(schemaFinding('a.b', { ...state, changed: [] })).toMatchObject({
    status: 'fail',
    remedy: 'Run sluice setup.',
  });
  expect(schemaFinding('a.b', { pending: [], changed: [], unknown: ['9.sql'] }).status).toBe('warn');
  expect(schemaFinding('a.b', { pending: [], changed: [], unknown: [] }).status).toBe('ok');
});

test('PostgreSQL that is too old or nearly full is said', () => {
  const state = { versionNumber: 140_012, nowMs: 0, connections: 90, maxConnections: 100 };
  expect(serverFindings(state).map(({ status }) => status)).toEqual(['fail', 'warn']);
  expect(serverFindings({ ...state, versionNumber: 180_000, connections: 9 }).map(({ status }) => status)).toEqual([
    'ok',
    'ok',
  ]);
});

test('a queue that nobody serves says what stands still', () => {
  expect(queueFinding({ queue: 'exports', pollers: 0, lastAskedMs: 0 })).toMatchObject({
    status: 'fail',
    message: expect.stringContaining('no export runs'),
    remedy: 'Start sluice worker --queues exports.',
  });
  expect(queueFinding({ queue: 'exports', pollers: 1, lastAskedMs: 1 }).status).toBe('ok');
});

test('exports and Schedules are compared both ways', () => {
  const exports = ['a', 'b', 'c'].map((id) => ({ id, name: id.toUpperCase(), paused: false }));
  const known = new Set(['a', 'b', 'c']);
  const schedules = new Map([
    ['a', false],
    ['b', true],
    ['z', false],
  ]);
  expect(scheduleFindings(exports, { exports: schedules, known })).toMatchObject([
    { status: 'fail', message: 'without a Schedule: "C" (c)' },
    { status: 'warn', message: expect.stringContaining('"B" (b)') },
    { status: 'warn', message: expect.stringContaining('z (1)') },
  ]);
  const whole = new Map([...known].map((id): [string, boolean] => [id, false]));
  expect(scheduleFindings(exports, { exports: whole, known })).toMatchObject([{ status: 'ok' }]);
});

test('a check that throws is a finding with a remedy, and the worst line is the verdict', async () => {
  const failed = await checked('a.b', 'Look.', () => Promise.reject(new Error('away')));
  expect(failed).toEqual([{ check: 'a.b', status: 'fail', message: 'away', remedy: 'Look.' }]);
  const all = [ok('x.y', 'fine'), warn('x.z', 'so so', 'Mind it.')];
  expect([worstOf([]), worstOf(all), worstOf([...failed, ...all])]).toEqual(['ok', 'warn', 'fail']);
  expect(findingsText([...all, ...failed]).split('\n')).toEqual([
    'ok    x.y  fine',
    'warn  x.z  so so',
    '           → Mind it.',
    'fail  a.b  away',
    '           → Look.',
    '',
    '1 ok, 1 to look at, 1 failed',
  ]);
});
