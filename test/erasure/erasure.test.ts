import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { appendAttempts } from '../../clickhouse/attempt-log.ts';
import { appendLogEntries } from '../../clickhouse/log-entries.ts';
import { nowMicros } from '../../clickhouse/tail.ts';
import type { AttemptRecord } from '../../core/attempts.ts';
import type { ErasureSubject } from '../../core/erasure.ts';
import { createErasure, endErasure, getErasure, listOpenErasures, noteErased } from '../../store/erasures.ts';
import { createMessage } from '../../store/messages.ts';
import { raiseNotice } from '../../store/notices.ts';
import { updateRun } from '../../store/runs.ts';
import { insertAt } from '../clickhouse/events.ts';
import { newExport, newRun, newTeam, newWebhook } from '../store/fixtures.ts';
import { clickhouseTablesWith, postgresTablesWith, startErasureWorld, type ErasureWorld } from './world.ts';

const ERIN = 'erin@example.com';
const BOB = 'bob@example.com';

let world: ErasureWorld;
let teamId: number;

beforeAll(async () => {
  world = await startErasureWorld();
}, 120_000);
afterAll(() => world.stop());
beforeEach(async () => {
  teamId = await newTeam(world.store);
});

/** Two events of somebody, everywhere where something of them can be. Answers the uuid of the second. */
async function fillWith(name: string): Promise<string> {
  const { ch } = world.server;
  const { db } = world.store;
  const now = await nowMicros(ch);
  const uuids = [randomUUID(), randomUUID()];
  const propertiesJson = JSON.stringify({ email: name, note: `mail of ${name}` });
  await insertAt(
    ch,
    uuids.map((uuid, index) => ({
      ...{ teamId, uuid, propertiesJson, insertedAtMicros: now - 1_000_000 - index },
      ...{ distinctId: `user of ${name}`, personPropertiesJson: propertiesJson },
    })),
  );
  const webhook = await newWebhook(world.store, teamId);
  const message = await createMessage(db, {
    ...{ teamId, destinationId: webhook.id, eventType: 'mail', ttlSeconds: 3_600 },
    payload: JSON.stringify({ to: `user of ${name}` }),
  });
  const batch = randomUUID();
  // The second event's answer names nobody, the third is another event of the same batch.
  await appendAttempts(ch, [
    attempt(webhook.id, { eventUuid: uuids[0]!, responseBody: `no user of ${name}`, errorMessage: `refused ${name}` }),
    attempt(webhook.id, {
      eventUuid: uuids[1]!,
      responseBody: `token of ${name}`,
      responseHeaders: 'a: b\n',
      webhookId: batch,
    }),
    attempt(webhook.id, { eventUuid: randomUUID(), responseBody: `token of ${name}`, webhookId: batch }),
    attempt(webhook.id, { eventUuid: message.row.id, responseBody: `accepted ${name}` }),
    attempt(webhook.id, { eventUuid: randomUUID(), responseHeaders: `x-user: user of ${name}\n` }),
  ]);
  await setAside(uuids[0]!, propertiesJson);
  await setAside(randomUUID(), JSON.stringify({ owner: `user of ${name}` }));
  const exported = await newExport(world.store, teamId);
  const run = await newRun(world.store, exported.id);
  const failure = `value "user of ${name}" is too long`;
  await updateRun(db, run.id, { status: 'failed', errorMessage: failure });
  await appendLogEntries(ch, [
    {
      teamId,
      source: 'export_run',
      sourceId: run.id,
      level: 'error',
      message: failure,
      loggedAt: new Date(),
      fields: {},
    },
  ]);
  const notice = { title: 'An export fails', text: failure, details: {}, state: 'a' };
  const timing = { now: new Date(), reminderMs: 60_000 };
  await raiseNotice(
    db,
    { ...{ teamId, event: 'export.failed', subject: `export/${exported.id}`, topic: 'runs' }, ...notice },
    timing,
  );
  return uuids[1]!;
}

const ATTEMPT: Omit<AttemptRecord, 'teamId' | 'destinationId' | 'eventUuid' | 'webhookId' | 'attemptedAt'> = {
  ...{ eventInsertedAtMicros: 1_763_726_400_000_000, attempt: 1, outcome: 'delivered', statusCode: 200 },
  ...{
    errorCode: '',
    errorMessage: '',
    durationMs: 1,
    latencyMs: 1,
    responseBody: '',
    nextAttemptAt: null,
    via: 'live',
  },
};

function attempt(destinationId: string, changes: Partial<AttemptRecord>): AttemptRecord {
  const ids = { teamId, destinationId, eventUuid: randomUUID(), webhookId: randomUUID() };
  return { ...ATTEMPT, ...ids, attemptedAt: new Date(), ...changes };
}

async function setAside(uuid: string, record: string): Promise<void> {
  const row = { team_id: teamId, export_id: randomUUID(), uuid, record, reason: 'email too long', event: 'a' };
  const times = { interval_end: '2026-11-21 12:00:00', inserted_at: '2026-11-21 12:00:00', generation: 0, chunk: 0 };
  await world.server.ch.insert('rejected_records', Object.keys({ ...row, ...times }), [{ ...row, ...times }]);
}

async function askFor(subject: ErasureSubject): Promise<string> {
  const { db, box } = world.store;
  return (await createErasure(db, box, { teamId, subject, requestedBy: 'an owner' })).id;
}

const user = (name: string): ErasureSubject => ({ distinctIds: [`user of ${name}`], personIds: [] });

async function tablesWith(text: string): Promise<string[]> {
  const { ch } = world.server;
  return [...(await clickhouseTablesWith(ch, text)), ...(await postgresTablesWith(world.store.db, text))];
}

const EVERYWHERE = [
  ...['delivery_attempts', 'event_log', 'events', 'log_entries', 'rejected_records'],
  ...['export_runs', 'notices', 'webhook_messages'],
];

test('no table holds the person any more, everybody else is there, and nothing says who it was', async () => {
  const [erins] = [await fillWith(ERIN), await fillWith(BOB)];
  expect(await tablesWith(ERIN)).toEqual(EVERYWHERE);
  const id = await askFor(user(ERIN));
  await world.begin(id);
  await world.collect(id);
  expect(await world.erase(id)).toEqual({
    ...{ event_log: 2, events: 2, delivery_attempts: 5, rejected_records: 2, log_entries: 1, messages: 1, notes: 2 },
  });
  expect(await world.left(id)).toBe(0);
  await world.finish(id);
  expect(await tablesWith(ERIN)).toEqual([]);
  expect(await tablesWith(BOB)).toEqual(EVERYWHERE);
  // What was done with an event stays, without a word of its contents.
  const attempts = await world.server.ch.rows<{ outcome: string; texts: string }>({
    sql: `SELECT outcome, response_body || response_headers || error_message AS texts FROM delivery_attempts
      WHERE event_uuid = {uuid:UUID}`,
    params: { uuid: erins },
  });
  expect(attempts).toEqual([{ outcome: 'delivered', texts: '' }]);
  const { untilMicros, finishedAt, ...record } = await getErasure(world.store.db, { teamId, id });
  expect([typeof untilMicros, finishedAt instanceof Date]).toEqual(['number', true]);
  expect(record).toMatchObject({ status: 'completed', erased: { event_log: 2, notes: 2 }, requestedBy: 'an owner' });
}, 120_000);

test('each step may be repeated, by a person id as well, and another team keeps its rows', async () => {
  const { ch } = world.server;
  const other = await newTeam(world.store);
  const personId = randomUUID();
  const insertedAtMicros = (await nowMicros(ch)) - 1_000_000;
  await insertAt(ch, [
    { teamId, personId, distinctId: 'a', insertedAtMicros },
    { teamId, personId, distinctId: 'b', insertedAtMicros },
    { teamId, distinctId: 'b', insertedAtMicros },
    { teamId: other, personId, distinctId: 'a', insertedAtMicros },
  ]);
  const id = await askFor({ distinctIds: [], personIds: [personId] });
  await world.begin(id);
  await world.collect(id);
  expect(await world.erase(id)).toEqual({ event_log: 2, events: 2 });
  await world.collect(id);
  expect(await world.erase(id)).toEqual({});
  await world.finish(id);
  await world.finish(id);
  expect((await getErasure(world.store.db, { teamId, id })).erased).toMatchObject({ event_log: 2, events: 2 });
  const rows = await ch.rows<{ team: number }>({
    sql: 'SELECT team_id AS team FROM event_log WHERE team_id IN {teams:Array(UInt32)} ORDER BY team_id',
    params: { teams: [teamId, other] },
  });
  expect(rows.map(({ team }) => team)).toEqual([teamId, other]);
}, 120_000);

test('an id that is short is not looked for in what others wrote', async () => {
  const { ch } = world.server;
  const insertedAtMicros = (await nowMicros(ch)) - 1_000_000;
  await insertAt(ch, [{ teamId, distinctId: 'web', insertedAtMicros }]);
  await setAside(randomUUID(), '{"$lib":"web"}');
  const id = await askFor({ distinctIds: ['web'], personIds: [] });
  await world.begin(id);
  await world.collect(id);
  expect(await world.erase(id)).toEqual({ event_log: 1, events: 1 });
}, 120_000);

test('events that come after it has begun are left, and its end is final', async () => {
  const id = await askFor(user(ERIN));
  expect(await world.begin(id)).toEqual({ settleMs: 0 });
  const { untilMicros } = await getErasure(world.store.db, { teamId, id });
  const insertedAtMicros = untilMicros! + 1;
  await insertAt(world.server.ch, [{ teamId, distinctId: `user of ${ERIN}`, insertedAtMicros }]);
  await world.begin(id);
  await world.collect(id);
  expect([await world.erase(id), await world.left(id)]).toEqual([{}, 0]);
  const { db } = world.store;
  expect(await listOpenErasures(db, { minAgeMs: 0, limit: 10 })).toContain(id);
  await endErasure(db, { erasureId: id, status: 'cancelled' });
  expect(await listOpenErasures(db, { minAgeMs: 0, limit: 10 })).not.toContain(id);
  expect(await world.begin(id)).toBeUndefined();
  await expect(world.collect(id)).rejects.toMatchObject({ code: 'erasure_over' });
  await noteErased(db, { erasureId: id, place: 'events', rows: 3 });
  await noteErased(db, { erasureId: id, place: 'events', rows: 2 });
  expect((await getErasure(db, { teamId, id })).erased).toMatchObject({ events: 3 });
}, 120_000);
