import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { appendAttempts, type AttemptRow } from '../../clickhouse/attempt-log.ts';
import { eventReads } from '../../clickhouse/event-reads.ts';
import { createRun, updateRun, type RunPatch } from '../../store/runs.ts';
import { startTestClickHouse, type TestClickHouse } from '../clickhouse/server.ts';
import { BUCKET, createdId, newExportOf, startApi, WEBHOOK, type ApiFixture, type Caller } from './fixtures.ts';

/** The attempt log keeps 30 days of the real clock. */
const NOW = new Date();
const HOUR_MS = 3_600_000;
const hoursAgo = (hours: number): Date => new Date(NOW.getTime() - hours * HOUR_MS);

interface Item {
  id: string;
  name: string;
  summary: Record<string, unknown> | null;
}
interface Page {
  items: Item[];
  next_cursor: string | null;
  code?: string;
}

let server: TestClickHouse;
let api: ApiFixture;
let ours: Caller;
let theirs: Caller;

beforeAll(async () => {
  server = await startTestClickHouse();
  api = await startApi({ events: eventReads(server.ch), now: () => NOW });
  [ours, theirs] = [await api.newCaller(), await api.newCaller()];
});
afterAll(async () => {
  await api.stop();
  await server.stop();
});

async function list(
  resource: 'webhooks' | 'exports' | 'destinations',
  query: Record<string, string>,
  caller = ours,
): Promise<Page> {
  return (await caller.call('GET', `/api/v1/${resource}?${new URLSearchParams(query).toString()}`)).json();
}
const namesOf = (page: Page): string[] => page.items.map(({ name }) => name);
const summaryOf = (page: Page, id: string): unknown => page.items.find((item) => item.id === id)?.summary;

async function runOf(exportId: string, ago: number, patch: RunPatch = {}): Promise<void> {
  const [start, end] = [hoursAgo(ago + 1), hoursAgo(ago)];
  const run = await createRun(api.store.db, {
    ...{ exportId, intervalStart: start, intervalEnd: end, trigger: 'schedule' },
    ...{ workflowId: `export/${exportId}-${String(ago)}`, workflowRunId: randomUUID() },
  });
  await updateRun(api.store.db, run.id, { status: 'completed', ...patch });
  await sql`UPDATE export_runs SET started_at = ${end}, finished_at = ${end} WHERE id = ${run.id}`.execute(
    api.store.db.kysely,
  );
}

describe('webhooks', () => {
  const NAMES = ['bravo', 'Alpha', 'charlie', '50% off_sale'];
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    for (const name of NAMES) {
      ids[name] = await createdId(ours, '/api/v1/webhooks', {
        ...WEBHOOK,
        name,
        url: `https://${name === 'bravo' ? 'Eu.example.com' : 'example.com'}/${String(NAMES.indexOf(name))}`,
      });
    }
    await createdId(theirs, '/api/v1/webhooks', { ...WEBHOOK, name: 'bravo of others' });
    await ours.call('POST', `/api/v1/webhooks/${ids['charlie']!}/pause`);
    await api.store.db.kysely
      .updateTable('endpointStates')
      .set({ health: 'degraded', openRetries: 3 })
      .where('destinationId', '=', ids['bravo']!)
      .execute();
    await appendAttempts(server.ch, [
      attempt('bravo', 1, {}),
      attempt('bravo', 1, { outcome: 'retry_scheduled', statusCode: 503, errorCode: 'http_503', errorMessage: 'Busy' }),
      attempt('bravo', 3, { outcome: 'discarded', errorCode: 'http_500', errorMessage: 'older' }),
      attempt('bravo', 30, {}),
      attempt('Alpha', 2, {}),
      { ...attempt('bravo', 1, {}), teamId: theirs.teamId },
    ]);
  });

  function attempt(name: string, ago: number, changes: Partial<AttemptRow>): AttemptRow {
    return {
      ...{ teamId: ours.teamId, destinationId: ids[name]!, eventUuid: randomUUID(), webhookId: 'msg', attempt: 1 },
      ...{ eventInsertedAtMicros: hoursAgo(ago).getTime() * 1_000, attemptedAt: hoursAgo(ago), outcome: 'delivered' },
      ...{ statusCode: 200, errorCode: '', errorMessage: '', durationMs: 9, latencyMs: 9, responseBody: '' },
      ...{ nextAttemptAt: null, via: 'live', shard: 0, epoch: 1 },
      ...changes,
    };
  }

  test.each([
    [{ q: 'ALPHA' }, ['Alpha']],
    [{ q: 'eu.EXAMPLE' }, ['bravo']],
    [{ q: '%' }, ['50% off_sale']],
    [{ q: 'f_s' }, ['50% off_sale']],
    [{ q: '' }, ['50% off_sale', 'charlie', 'Alpha', 'bravo']],
    [{ q: 'nothing' }, []],
    [{ status: 'paused' }, ['charlie']],
    [{ health: 'degraded' }, ['bravo']],
    [{ health: 'healthy', status: 'active' }, ['50% off_sale', 'Alpha']],
    [{ kind: 'slack' }, []],
    [{ kind: 'generic', sort: 'name' }, ['50% off_sale', 'Alpha', 'bravo', 'charlie']],
    [{ sort: 'oldest' }, NAMES],
  ])('%j lists %j', async (query, expected) => {
    expect(namesOf(await list('webhooks', query))).toEqual(expected);
  });

  test.each(['newest', 'oldest', 'name'])('pages in order of %s hold each one once', async (sort) => {
    const whole = namesOf(await list('webhooks', { sort }));
    let page = await list('webhooks', { sort, limit: '3' });
    const names = namesOf(page);
    while (page.next_cursor !== null) {
      page = await list('webhooks', { sort, limit: '3', cursor: page.next_cursor });
      names.push(...namesOf(page));
    }
    expect(names).toEqual(whole);
  });

  test('a cursor of another order, and a text with NUL, are refused', async () => {
    const { next_cursor: cursor } = await list('webhooks', { sort: 'name', limit: '1' });
    expect((await list('webhooks', { sort: 'newest', cursor: cursor! })).code).toBe('validation_failed');
    expect((await list('webhooks', { q: 'a\0b' })).code).toBe('validation_failed');
  });

  test('summaries say how each does, of the own team only, and are there when asked for', async () => {
    expect(summaryOf(await list('webhooks', {}), ids['bravo']!)).toBeNull();
    const page = await list('webhooks', { summary: 'true' });
    expect(summaryOf(page, ids['bravo']!)).toEqual({
      ...{ health: 'degraded', state: 'degraded', sent: 1, attempts: 3, discarded: 1, open_retries: 3 },
      ...{ lag_seconds: expect.any(Number), success_rate: expect.closeTo(1 / 3) },
      last_error: { code: 'http_503', message: 'Busy', remedy: null },
      last_error_at: hoursAgo(1).toISOString(),
      trend: trendOf({ 1: 1 }),
    });
    expect(summaryOf(page, ids['Alpha']!)).toMatchObject({ health: 'healthy', sent: 1, trend: trendOf({ 2: 1 }) });
    expect(summaryOf(page, ids['charlie']!)).toMatchObject({ health: 'paused', success_rate: null, last_error: null });
  });

  /** By how many hours ago. The last of the 24 is the hour that has begun. */
  function trendOf(delivered: Record<number, number>): number[] {
    return Array.from({ length: 24 }, (_, index) => delivered[23 - index] ?? 0);
  }
});

describe('exports', () => {
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    for (const name of ['new one', 'fails', 'Works']) {
      ids[name] = await newExportOf(ours, { name });
    }
    await ours.call('POST', `/api/v1/exports/${ids['new one']!}/pause`);
    await finishedRun('Works', 3, { rows: 10 });
    await finishedRun('Works', 2, { rows: 25 });
    await finishedRun('fails', 2, { rows: 5 });
    await finishedRun('fails', 1, {
      ...{ status: 'failed', errorCode: 's3_bucket_missing', errorMessage: 'no such bucket', remedy: 'Create it.' },
    });
    await newExportOf(theirs, { name: 'Works for others' });
  });

  const finishedRun = (name: string, ago: number, patch: RunPatch): Promise<void> => runOf(ids[name]!, ago, patch);

  test.each([
    [{ q: 'wor' }, ['Works']],
    [{ q: 'LAKE', sort: 'name' }, ['fails', 'new one', 'Works']],
    [{ status: 'paused' }, ['new one']],
    [{ status: 'paused_auto' }, []],
    [{ kind: 's3', sort: 'oldest' }, ['new one', 'fails', 'Works']],
    [{ kind: 'gcs' }, []],
    [{ health: 'failing' }, ['fails']],
    [{ health: 'healthy' }, ['Works']],
    [{ health: 'paused' }, ['new one']],
    [{ health: 'idle' }, []],
  ])('%j lists %j', async (query, expected) => {
    expect(namesOf(await list('exports', query))).toEqual(expected);
  });

  test('are found by their destination', async () => {
    const { items } = await list('exports', { q: 'Works', summary: 'true' });
    const { destination } = items[0]!.summary as { destination: { id: string } };
    expect(namesOf(await list('exports', { destination_id: destination.id }))).toEqual(['Works']);
  });

  test('summaries hold the last run, its error and the rows of the latest ones', async () => {
    const page = await list('exports', { summary: 'true' });
    expect(summaryOf(page, ids['fails']!)).toMatchObject({
      ...{ health: 'failing', state: 'failed', success_rate: 0.5, sent: 5, trend: [5, 0] },
      destination: { name: 'Lake', kind: 's3' },
      last_error: { code: 's3_bucket_missing', message: 'no such bucket', remedy: 'Create it.' },
      last_run: { status: 'failed', error: { code: 's3_bucket_missing' } },
    });
    expect(summaryOf(page, ids['Works']!)).toMatchObject({ health: 'healthy', trend: [10, 25], last_error: null });
    expect(summaryOf(page, ids['new one']!)).toMatchObject({ health: 'paused', last_run: null, trend: [] });
    expect((await list('exports', {})).items.map(({ summary }) => summary)).toEqual([null, null, null]);
  });

  test('destinations say how the worst of the exports into them does, and how many there are', async () => {
    const { items } = await list('exports', { q: 'fails', summary: 'true' });
    const { destination } = items[0]!.summary as { destination: { id: string } };
    const body = { name: 'beside it', destination_id: destination.id, interval: '5m' };
    const beside = await createdId(ours, '/api/v1/exports', body);
    const unused = await createdId(ours, '/api/v1/destinations', BUCKET);
    const page = await list('destinations', { summary: 'true', limit: '100' });
    const last_error = { code: 's3_bucket_missing', message: 'no such bucket', remedy: 'Create it.' };
    expect(summaryOf(page, destination.id)).toEqual({
      ...{ exports: 2, health: 'failing' },
      worst: { id: ids['fails'], name: 'fails', interval: '5m', state: 'failed', last_error },
      trend: [5, 0],
    });
    expect(summaryOf(page, unused)).toEqual({ exports: 0, health: null, worst: null, trend: [] });
    expect(summaryOf(await list('destinations', { limit: '100' }), unused)).toBeNull();
    await ours.call('DELETE', `/api/v1/exports/${beside}`);
    const after = await list('destinations', { summary: 'true', limit: '100' });
    expect(summaryOf(after, destination.id)).toMatchObject({ exports: 1 });
  });

  test('of one without a run in the last day the last one counts, and of several the one that ended last', async () => {
    for (const [name, runs] of Object.entries({ old: [50, 40], both: [40, 3, 2], fine: [40] })) {
      ids[name] = await newExportOf(theirs, { name });
      for (const ago of runs) {
        const failed = name !== 'fine' && ago === runs.at(-1);
        await finishedRun(name, ago, failed ? { status: 'failed', errorCode: `failed_${String(ago)}` } : { rows: ago });
      }
    }
    const page = await list('exports', { summary: 'true' }, theirs);
    expect(summaryOf(page, ids['old']!)).toMatchObject({
      ...{ health: 'failing', success_rate: null, sent: 0, last_error: { code: 'failed_40' } },
    });
    expect(summaryOf(page, ids['both']!)).toMatchObject({
      ...{ health: 'failing', success_rate: 0.5, sent: 3, last_error: { code: 'failed_2' } },
    });
    expect(summaryOf(page, ids['fine']!)).toMatchObject({ health: 'idle', state: 'completed', last_error: null });
    expect(namesOf(await list('exports', { health: 'idle' }, theirs))).toEqual(['fine', 'Works for others']);
  });

  test('a day or a week between two runs makes none of them idle', async () => {
    const caller = await api.newCaller();
    for (const [name, interval, ago] of [
      ['daily', 'day', 40],
      ['late daily', 'day', 60],
      ['weekly', 'week', 10 * 24],
      ['late weekly', 'week', 15 * 24],
      ['hourly', 'hour', 40],
    ] as const) {
      await runOf(await newExportOf(caller, { name, interval }), ago);
    }
    const found = async (health: string): Promise<string[]> => namesOf(await list('exports', { health }, caller));
    expect(await found('healthy')).toEqual(['weekly', 'daily']);
    expect(await found('idle')).toEqual(['hourly', 'late weekly', 'late daily']);
    const overview = (await caller.call('GET', '/api/v1/overview')).json<{ destinations: object[] }>();
    expect(overview.destinations).toContainEqual(
      expect.objectContaining({ name: 'weekly', interval: 'week', health: 'healthy', success_rate: null }),
    );
  });
});

describe('destinations', () => {
  let caller: Caller;
  const places: Record<string, string> = {};

  const destination = (name: string): Promise<string> => createdId(caller, '/api/v1/destinations', { ...BUCKET, name });
  const exportInto = (name: string, changes: object = {}): Promise<string> =>
    createdId(caller, '/api/v1/exports', {
      ...{ name: `${name} ${randomUUID()}`, destination_id: places[name], interval: 'hour' },
      ...changes,
    });

  beforeAll(async () => {
    caller = await api.newCaller();
    for (const name of ['unused', 'broken', 'Fine', 'also broken', 'paused']) {
      places[name] = await destination(name);
    }
    for (const name of ['broken', 'also broken']) {
      await runOf(await exportInto(name), 1, { status: 'failed', errorCode: 'x', errorMessage: 'y' });
      await runOf(await exportInto(name), 2, { rows: 7 });
    }
    const [first, second] = [await exportInto('Fine'), await exportInto('Fine')];
    for (const [id, ago] of [
      [first, 4],
      [second, 3],
      [first, 2],
    ] as const) {
      await runOf(id, ago, { rows: ago });
    }
    await caller.call('POST', `/api/v1/exports/${await exportInto('paused')}/pause`);
    await runOf(await newExportOf(theirs, { name: 'of others' }), 1, { status: 'failed', errorCode: 'x' });
  });

  const found = async (query: Record<string, string>): Promise<string[]> =>
    namesOf(await list('destinations', query, caller));

  test.each([
    [{ health: 'failing' }, ['also broken', 'broken']],
    [{ health: 'failing', sort: 'oldest' }, ['broken', 'also broken']],
    [{ health: 'failing', q: 'ALSO' }, ['also broken']],
    [{ health: 'healthy' }, ['Fine']],
    [{ health: 'paused' }, ['paused']],
    [{ health: 'idle' }, []],
    [{ health: 'unused' }, ['unused']],
    [{ health: 'unused', kind: 'gcs' }, []],
    [{ sort: 'name' }, ['also broken', 'broken', 'Fine', 'paused', 'unused']],
  ])('%j lists %j', async (query, expected) => {
    expect(await found(query)).toEqual(expected);
  });

  test('the filter holds over pages, and knows no other health', async () => {
    const query = { health: 'failing', limit: '1' };
    const first = await list('destinations', query, caller);
    const second = await list('destinations', { ...query, cursor: first.next_cursor! }, caller);
    expect([...namesOf(first), ...namesOf(second)]).toEqual(['also broken', 'broken']);
    expect(second.next_cursor).toBeNull();
    expect((await list('destinations', { health: 'gone' }, caller)).code).toBe('validation_failed');
  });

  test('the trend is that of all exports into it that are scheduled, without runs that are under way', async () => {
    const gone = await exportInto('Fine');
    await runOf(gone, 5, { rows: 99 });
    await caller.call('DELETE', `/api/v1/exports/${gone}`);
    const open = await exportInto('Fine');
    await createRun(api.store.db, {
      ...{ exportId: open, intervalStart: hoursAgo(2), intervalEnd: hoursAgo(1), trigger: 'schedule' },
      ...{ workflowId: `export/${open}-open`, workflowRunId: randomUUID() },
    });
    const page = await list('destinations', { summary: 'true' }, caller);
    expect(summaryOf(page, places['Fine']!)).toMatchObject({ exports: 3, health: 'healthy', trend: [4, 3, 2] });
    expect(summaryOf(page, places['broken']!)).toMatchObject({ trend: [7, 0] });
  });
});
