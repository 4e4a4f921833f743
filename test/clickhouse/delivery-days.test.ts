import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { addUpDays } from '../../clickhouse/activity/add-up-days.ts';
import { LOGGED_DAYS, outsideDays, sourcesOf, type WebhookSpan } from '../../clickhouse/activity/added-days.ts';
import { deliveryCharts } from '../../clickhouse/activity/delivery-chart.ts';
import { deliverySeries } from '../../clickhouse/activity/delivery-series.ts';
import { deliveryStats } from '../../clickhouse/activity/delivery-stats.ts';
import { deliverySummaries, deliveryTotals, type HoursQuery } from '../../clickhouse/activity/delivery-summaries.ts';
import { appendAttempts } from '../../clickhouse/attempt-log.ts';
import { ATTEMPT_OUTCOMES, ATTEMPT_VIAS, type AttemptRecord } from '../../core/attempts.ts';
import { utcDay } from '../../core/quotas.ts';
import { scanSeries, scanStats, scanSummaries } from './attempt-scans.ts';
import {
  attempt,
  DAY_MS,
  DAY_SECONDS,
  daysAgo,
  expectScannedIn,
  HOUR_MS,
  THREE_HOURS_SECONDS,
  TODAY,
  webhook,
} from './attempt-days.ts';
import { startTestClickHouse, type TestClickHouse } from './server.ts';

let server: TestClickHouse;
beforeAll(async () => {
  server = await startTestClickHouse();
});
afterAll(() => server.stop());

const addUp = (minRows = 1): Promise<number> => addUpDays(server.ch, { now: daysAgo(0, 12), minRows });
const expectScanned = (span: WebhookSpan, steps?: number[]): Promise<void> => expectScannedIn(server.ch, span, steps);
const daysUsed = async (span: WebhookSpan): Promise<number> => (await sourcesOf(server.ch, span)).builds.length;

async function countBuilds(): Promise<number> {
  const [row] = await server.ch.rows<{ builds: number }>({
    sql: 'SELECT uniqExact(build) AS builds FROM webhook_days',
  });
  return row!.builds;
}

/** The most that a month has: each costs a reader over a millisecond. */
async function partsOfMonth(): Promise<number> {
  const [row] = await server.ch.rows<{ most: number }>({
    sql: `SELECT max(parts) AS most FROM (
      SELECT uniqExact(_part) AS parts FROM webhook_days GROUP BY toYYYYMM(day))`,
  });
  return row!.most;
}

test('what is outside of days that are added up is in ranges', () => {
  const ms = (days: number, hours = 0): number => daysAgo(days, hours).getTime();
  const day = (days: number): { day: string } => ({ day: utcDay(daysAgo(days)) });
  const span = { from: daysAgo(5, 3), to: daysAgo(0, 7) };
  expect(outsideDays(span, [])).toEqual([{ fromMs: ms(5, 3), toMs: ms(0, 7) }]);
  expect(outsideDays(span, [day(4), day(2), day(1)])).toEqual([
    { fromMs: ms(5, 3), toMs: ms(4) },
    { fromMs: ms(3), toMs: ms(2) },
    { fromMs: ms(0), toMs: ms(0, 7) },
  ]);
  expect(outsideDays({ from: daysAgo(2), to: daysAgo(0) }, [day(2), day(1)])).toEqual([]);
});

test('days that are over are read as they were added up, until the log says something else', async () => {
  const busy = webhook();
  const quiet = webhook();
  const span = { ...busy, from: daysAgo(3), to: daysAgo(-1) };
  const eventUuid = randomUUID();
  const late = [attempt({ ...busy, attemptedAt: daysAgo(2, 23), eventUuid, latencyMs: 7, via: 'replay' })];
  const first = [0, 1, 2, 3].flatMap((days) =>
    [1, 2, 3].map((hours) => attempt({ ...busy, attemptedAt: daysAgo(days, hours), latencyMs: 10 * days + hours })),
  );
  first.push(attempt({ ...busy, attemptedAt: daysAgo(1, 9), eventUuid }));
  await appendAttempts(server.ch, first);
  await appendAttempts(server.ch, [attempt({ ...quiet, attemptedAt: daysAgo(1) })]);
  expect(await daysUsed(span)).toBe(0);
  await expectScanned(span);

  expect(await addUp(2)).toBe(3);
  expect(await partsOfMonth()).toBe(1);
  expect(await addUp(2)).toBe(0);
  expect(await sourcesOf(server.ch, span)).toMatchObject({
    builds: [expect.any(String), expect.any(String), expect.any(String)],
    rest: [{ fromMs: TODAY.getTime(), toMs: daysAgo(-1).getTime() }],
  });
  await expectScanned(span);
  expect(await daysUsed({ ...quiet, from: span.from, to: span.to })).toBe(0);
  await expectScanned({ ...quiet, from: span.from, to: span.to });
  expect(await daysUsed({ ...span, teamId: 2 })).toBe(0);
  await expectScanned({ ...span, teamId: 2 });

  // The same rows again are no other log; late ones are, at once.
  await appendAttempts(server.ch, first);
  expect(await daysUsed(span)).toBe(3);
  await appendAttempts(server.ch, late);
  expect(await daysUsed(span)).toBe(2);
  await expectScanned(span);
  expect(await addUp(2)).toBe(1);
  expect(await countBuilds()).toBe(4);
  expect(await daysUsed(span)).toBe(3);
  await expectScanned(span);
  expect(await addUp(2)).toBe(0);
  expect(await countBuilds()).toBe(3);
  expect(await partsOfMonth()).toBe(1);

  // What the log forgets is forgotten.
  await server.ch.command({ sql: `ALTER TABLE delivery_attempts DROP PARTITION '${utcDay(daysAgo(3))}'` });
  expect(await daysUsed(span)).toBe(2);
  await expectScanned(span);
  expect(await addUp(2)).toBe(0);
  expect(await countBuilds()).toBe(2);
});

test('what the release before has added up is read from the log, and forgotten', async () => {
  const of = webhook();
  await appendAttempts(server.ch, [attempt({ ...of, attemptedAt: daysAgo(2) })]);
  await addUp();
  const rows = 'SELECT count() AS rows FROM delivery_days';
  await server.ch.command({
    sql: `INSERT INTO delivery_days (day, build, team_id, destination_id, log_rows, sent)
      SELECT day, build, team_id, destination_id, log_rows, sent + 1 FROM webhook_days`,
  });
  await server.ch.command({ sql: 'TRUNCATE TABLE webhook_days' });
  await expectScanned({ ...of, from: daysAgo(4), to: daysAgo(0) });
  expect(await server.ch.rows({ sql: rows })).not.toEqual([{ rows: 0 }]);
  expect(await addUp()).toBeGreaterThan(0);
  expect(await server.ch.rows({ sql: rows })).toEqual([{ rows: 0 }]);
  expect(await daysUsed({ ...of, from: daysAgo(4), to: daysAgo(0) })).toBe(1);
  await expectScanned({ ...of, from: daysAgo(4), to: daysAgo(0) });
});

const WEBHOOKS = [webhook(), webhook(), webhook(2)];
const EVENTS: string[] = Array.from({ length: 30 }, () => randomUUID());
/** Nobody delivers an event before the day on which it was captured. */
const capturedDaysAgo = (event: string): number => 4 - (EVENTS.indexOf(event) % 5);

const written = fc
  .record({
    webhook: fc.constantFrom(...WEBHOOKS),
    event: fc.constantFrom(...EVENTS),
    days: fc.integer({ min: 0, max: 4 }),
    ms: fc.oneof(fc.constantFrom(0, DAY_MS - 1), fc.nat(DAY_MS - 1)),
    outcome: fc.constantFrom('delivered' as const, 'delivered' as const, ...ATTEMPT_OUTCOMES),
    via: fc.constantFrom(...ATTEMPT_VIAS),
    attempt: fc.nat(3),
    durationMs: fc.nat(999),
    latencyMs: fc.nat(9_999),
  })
  .map(({ webhook: of, event: eventUuid, days, ms, ...row }) => {
    const captured = capturedDaysAgo(eventUuid);
    const attemptedAt = new Date(daysAgo(Math.min(days, captured)).getTime() + ms);
    return attempt({
      ...of,
      ...row,
      eventUuid,
      attemptedAt,
      eventInsertedAtMicros: daysAgo(captured).getTime() * 1_000,
    });
  });
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ rows: fc.array(written, { minLength: 1, maxLength: 40 }), again: fc.boolean() }),
  },
  { weight: 3, arbitrary: fc.record({ minRows: fc.constantFrom(1, 6) }) },
  fc.constant('a build is cut off' as const),
  fc.constant('two build a day' as const),
  fc.record({ forgotten: fc.integer({ min: 1, max: 4 }) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
const span = fc
  .record({
    webhook: fc.constantFrom(...WEBHOOKS),
    days: fc.integer({ min: 0, max: 5 }),
    ms: fc.constantFrom(0, 1, 5 * HOUR_MS),
    length: fc.constantFrom(1, HOUR_MS, DAY_MS, 2 * DAY_MS, 3 * DAY_MS + 1, 7 * DAY_MS),
  })
  .map(({ webhook: of, days, ms, length }) => {
    const from = daysAgo(days).getTime() + ms;
    return { ...of, from: new Date(from), to: new Date(from + length) };
  });

/** Of one build, the rows of one webhook, or all. */
async function copyBuild(condition: string): Promise<void> {
  const params = { copy: randomUUID(), webhook: WEBHOOKS[0]!.destinationId };
  for (const table of ['webhook_steps', 'webhook_days']) {
    await server.ch.command({
      sql: `INSERT INTO ${table} SELECT * REPLACE ({copy:UUID} AS build) FROM ${table}
        WHERE build IN (SELECT max(build) FROM webhook_days) AND ${condition}`,
      params,
    });
  }
}

async function take(next: Step): Promise<void> {
  if (next === 'a build is cut off') {
    await copyBuild('destination_id = {webhook:UUID}');
  } else if (next === 'two build a day') {
    await copyBuild('1');
  } else if ('rows' in next) {
    await appendAttempts(server.ch, next.rows);
    if (next.again) {
      await appendAttempts(server.ch, next.rows);
    }
  } else if ('minRows' in next) {
    await addUp(next.minRows);
  } else {
    await server.ch.command({
      sql: `ALTER TABLE delivery_attempts DROP PARTITION '${utcDay(daysAgo(next.forgotten))}'`,
    });
  }
}

test('whatever is written, repeated, late, added up, cut off or forgotten: figures are those of the log', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(step, span), { minLength: 1, maxLength: 6 }), async (steps) => {
      for (const [next, looked] of steps) {
        await take(next);
        await expectScanned(looked, [DAY_SECONDS, THREE_HOURS_SECONDS]);
      }
    }),
    // What they leave behind is what the next ones begin with.
    { numRuns: 6 },
  );
  await addUp();
  for (const of of WEBHOOKS) {
    await expectScanned({ ...of, from: daysAgo(4), to: daysAgo(0, 6) });
  }
  expect(await countBuilds()).toBeLessThanOrEqual(8);
}, 120_000);

test('of many attempts the percentiles are near, all else is equal, and the log is not read', async () => {
  const of = { ...webhook(), from: daysAgo(3), to: daysAgo(0) };
  const ROWS = 30_000;
  await server.ch.command({
    sql: `INSERT INTO delivery_attempts (team_id, destination_id, event_uuid, event_inserted_at, webhook_id, attempt,
        attempted_at, outcome, duration_ms, latency_ms, via)
      SELECT 1, {destination:UUID}, reinterpretAsUUID(sipHash128(number % 28000)), {from:DateTime}, 'msg', 1,
        toDateTime64({from:DateTime}, 3, 'UTC') + intDiv(number, 10000) * 86400 + number % 10000, 'delivered',
        cityHash64(number) % 1000, cityHash64(number, 1) % 1000, 'live'
      FROM numbers({rows:UInt64})`,
    params: { destination: of.destinationId, from: Math.floor(of.from.getTime() / 1_000), rows: ROWS },
  });
  const plan = await server.ch.rows<{ explain: string }>({ sql: `EXPLAIN ${LOGGED_DAYS}` });
  const steps = plan.map(({ explain }) => explain).join('\n');
  expect(steps).toContain('ReadFrom');
  expect(steps).not.toContain('ReadFromMergeTree');
  expect(await addUp()).toBeGreaterThan(0);
  expect(await daysUsed(of)).toBe(3);
  const stats = await deliveryStats(server.ch, { ...of, since: of.from });
  expect(stats).toMatchObject({ delivered: 28_000, attempts: ROWS, discarded: 0 });
  // Eight times the deviation of a sample of 8,192.
  expect(Math.abs(stats.p50Ms! - 500)).toBeLessThan(45);
  expect(Math.abs(stats.p99Ms! - 990)).toBeLessThan(15);
  const points = await deliverySeries(server.ch, { ...of, stepSeconds: DAY_SECONDS });
  expect(points.map(({ attempts, delivered }) => [attempts, delivered])).toEqual(
    Array.from({ length: 3 }, () => [10_000, 10_000]),
  );
  const shorter = await deliverySeries(server.ch, { ...of, stepSeconds: THREE_HOURS_SECONDS });
  expect(shorter.map(({ at, attempts, delivered }) => [at, attempts, delivered])).toEqual(
    points.map(({ at }) => [at, 10_000, 10_000]),
  );
  for (const { p50Ms, p99Ms } of shorter) {
    expect(Math.abs(p50Ms! - 500)).toBeLessThan(45);
    expect(Math.abs(p99Ms! - 990)).toBeLessThan(15);
  }
});

/** As the lists ask for it, in an order that can be compared. */
async function summariesOf(query: HoursQuery): Promise<unknown> {
  const rows = await deliverySummaries(server.ch, query);
  return rows
    .map(({ hours, ...row }) => ({ ...row, hours: hours.toSorted((a, b) => a.at.getTime() - b.at.getTime()) }))
    .toSorted((a, b) => (a.destinationId < b.destinationId ? -1 : 1));
}

async function expectSummaries(query: HoursQuery): Promise<void> {
  const scanned = await scanSummaries(server.ch, query);
  expect(await summariesOf(query)).toEqual(scanned);
  const totals = await deliveryTotals(server.ch, query);
  expect(totals.toSorted((a, b) => (a.destinationId < b.destinationId ? -1 : 1))).toEqual(
    scanned.map(({ hours: _, ...row }) => row),
  );
}

test('figures of many webhooks by the hour are those of the log', async () => {
  const failed = (row: AttemptRecord): AttemptRecord => ({
    ...row,
    ...(row.outcome !== 'delivered' && { errorCode: 'http_500', errorMessage: row.attemptedAt.toISOString() }),
  });
  const rows = fc.sample(written, { numRuns: 400, seed: 7 }).map(failed);
  const [one, two] = [WEBHOOKS[0]!, WEBHOOKS[1]!];
  const twice = { ...one, eventUuid: EVENTS[0]!, outcome: 'discarded' } as const;
  rows.push(
    ...[daysAgo(1), daysAgo(1, 23), daysAgo(1, 23.9)].map((attemptedAt) => attempt({ ...twice, attemptedAt })),
    ...[new Date(daysAgo(0).getTime() - 1), daysAgo(0)].map((attemptedAt) => attempt({ ...two, attemptedAt })),
  );
  await appendAttempts(server.ch, rows);
  const span = { teamId: 1, from: daysAgo(1), to: daysAgo(0) };
  const destinationIds = WEBHOOKS.map(({ destinationId }) => destinationId);
  expect(await scanSummaries(server.ch, span)).not.toEqual([]);
  for (const query of [
    ...[span, { ...span, destinationIds }, { ...span, destinationIds: [one.destinationId] }],
    ...[
      { ...span, teamId: 2 },
      { ...span, from: daysAgo(3, 5), to: daysAgo(2, 6) },
      { ...span, destinationIds: [] },
    ],
  ]) {
    await expectSummaries(query);
  }
});

test('a chart looks once at what was added up, and a list at all of its webhooks in one statement', async () => {
  const of = webhook();
  const rows = [1, 2, 3].map((days) => attempt({ ...of, attemptedAt: daysAgo(days, 3) }));
  await appendAttempts(server.ch, rows);
  await addUp();
  const span = { ...of, from: daysAgo(4), to: daysAgo(0), stepSeconds: DAY_SECONDS };
  const asked = jest.spyOn(server.ch, 'rows');
  const chart = deliveryCharts(server.ch);
  const { totals, points } = await chart({ ...span, since: span.from });
  // What was added up; totals, events, and points.
  expect(asked).toHaveBeenCalledTimes(4);
  asked.mockClear();
  await deliverySummaries(server.ch, { ...span, destinationIds: [of.destinationId] });
  expect(asked).toHaveBeenCalledTimes(1);
  asked.mockRestore();
  expect(totals).toEqual(await scanStats(server.ch, span));
  expect(points).toEqual(await scanSeries(server.ch, span));
  const sinceEver = await chart({ ...span, from: daysAgo(2), stepSeconds: 7_200 });
  expect(sinceEver.totals).toEqual(totals);
  expect(sinceEver.points).toEqual(await scanSeries(server.ch, { ...span, from: daysAgo(2), stepSeconds: 7_200 }));
});

test('a chart that is asked for again reads the days of before beside its look at them, and again when they have changed', async () => {
  const of = webhook();
  const late = (hours: number): AttemptRecord => attempt({ ...of, attemptedAt: daysAgo(2, hours) });
  await appendAttempts(
    server.ch,
    [1, 2, 3].map((days) => attempt({ ...of, attemptedAt: daysAgo(days, 3) })),
  );
  await addUp();
  const span = { ...of, from: daysAgo(4), to: daysAgo(0), stepSeconds: DAY_SECONDS };
  const chart = deliveryCharts(server.ch);
  const asked = jest.spyOn(server.ch, 'rows');
  const expectRight = async (statements: number): Promise<void> => {
    asked.mockClear();
    const { totals, points } = await chart({ ...span, since: span.from });
    expect(asked).toHaveBeenCalledTimes(statements);
    expect(totals).toEqual(await scanStats(server.ch, span));
    expect(points).toEqual(await scanSeries(server.ch, span));
  };
  await expectRight(4);
  await expectRight(4);
  await appendAttempts(server.ch, [late(5)]);
  await expectRight(1 + 2 * 3);
  await expectRight(4);
  await addUp();
  await expectRight(1 + 2 * 3);
  await expectRight(4);
  asked.mockRestore();
});

test('a chart fails when its look at the days does, asked for again too', async () => {
  const of = webhook();
  await appendAttempts(server.ch, [attempt({ ...of, attemptedAt: daysAgo(2, 3) })]);
  await addUp();
  const span = { ...of, from: daysAgo(4), to: daysAgo(0), stepSeconds: DAY_SECONDS };
  const chart = deliveryCharts(server.ch);
  const { points } = await chart(span);
  const rows = server.ch.rows.bind(server.ch);
  const asked = jest.spyOn(server.ch, 'rows').mockImplementation((statement) => {
    return statement.sql.includes(LOGGED_DAYS) ? Promise.reject(new Error('no engine')) : rows(statement);
  });
  await expect(chart(span)).rejects.toThrow('no engine');
  asked.mockRestore();
  expect((await chart(span)).points).toEqual(points);
});
