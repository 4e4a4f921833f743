import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { addUpDays } from '../../clickhouse/activity/add-up-days.ts';
import { sourcesOf, type WebhookSpan } from '../../clickhouse/activity/added-days.ts';
import { appendAttempts } from '../../clickhouse/attempt-log.ts';
import { attempt, daysAgo, expectScannedIn, webhook } from './attempt-days.ts';
import { startTestClickHouse, type TestClickHouse } from './server.ts';

let server: TestClickHouse;
beforeAll(async () => {
  server = await startTestClickHouse();
});
afterAll(() => server.stop());

const addUp = (): Promise<number> => addUpDays(server.ch, { now: daysAgo(0, 12), minRows: 1 });
const expectScanned = (span: WebhookSpan): Promise<void> => expectScannedIn(server.ch, span);
const daysUsed = async (span: WebhookSpan): Promise<number> => (await sourcesOf(server.ch, span)).builds.length;

test('steps that a build of the release before has not are read from the log, until it is added up anew', async () => {
  const of = { ...webhook(), from: daysAgo(4), to: daysAgo(0) };
  const used = async (added: 'days' | 'steps'): Promise<number> =>
    (await sourcesOf(server.ch, of, { added })).builds.length;
  await appendAttempts(server.ch, [attempt({ ...of, attemptedAt: daysAgo(2, 4) })]);
  await addUp();
  expect([await used('days'), await used('steps')]).toEqual([1, 1]);
  await server.ch.command({
    sql: 'ALTER TABLE webhook_days UPDATE stepped = 0 WHERE 1',
    settings: { mutations_sync: '1' },
  });
  await server.ch.command({ sql: 'TRUNCATE TABLE webhook_steps' });
  expect([await used('days'), await used('steps')]).toEqual([1, 0]);
  await expectScanned(of);
  expect(await addUp()).toBeGreaterThan(0);
  await addUp();
  expect([await used('days'), await used('steps')]).toEqual([1, 1]);
  await expectScanned(of);
});

test('rows of steps go with their builds', async () => {
  const of = webhook();
  await appendAttempts(server.ch, [attempt({ ...of, attemptedAt: daysAgo(2, 4) })]);
  await addUp();
  await appendAttempts(server.ch, [attempt({ ...of, attemptedAt: daysAgo(2, 5) })]);
  await addUp();
  await addUp();
  const [rows] = await server.ch.rows({
    sql: `SELECT uniqExact(build) AS builds, countIf(build NOT IN (SELECT build FROM webhook_days)) AS lost
      FROM webhook_steps WHERE destination_id = {id:UUID}`,
    params: { id: of.destinationId },
  });
  expect(rows).toEqual({ builds: 1, lost: 0 });
});

test('a part of a day that was added up is looked up in other days only while days repeat events', async () => {
  const of = { ...webhook(), from: daysAgo(3, 12), to: daysAgo(0) };
  const eventUuid = randomUUID();
  const captured = { eventInsertedAtMicros: daysAgo(3, 11).getTime() * 1_000 };
  const first = attempt({ ...of, ...captured, attemptedAt: daysAgo(3, 20), eventUuid });
  await appendAttempts(server.ch, [
    ...[first, attempt({ ...of, attemptedAt: daysAgo(3, 5) })],
    ...[1, 2].map((days) => attempt({ ...of, attemptedAt: daysAgo(days, 3) })),
  ]);
  await addUp();
  const apart = async (): Promise<unknown[]> => (await sourcesOf(server.ch, of)).rest.map((range) => range.apart);
  expect([await daysUsed(of), await apart()]).toEqual([2, [true]]);
  await expectScanned(of);

  await appendAttempts(server.ch, [{ ...first, attempt: 2, attemptedAt: daysAgo(1, 4), via: 'replay' }]);
  await addUp();
  expect([await daysUsed(of), (await sourcesOf(server.ch, of)).repeated]).toEqual([2, true]);
  await expectScanned(of);
});
