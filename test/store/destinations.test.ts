import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { settleDestination, type EndingPort } from '../../store/deletions.ts';
import { deleteDestination } from '../../store/delete-destination.ts';
import {
  createDestination,
  getDestination,
  openDestinationConfig,
  setDestinationStatus,
  updateDestination,
} from '../../store/destinations.ts';
import {
  createExport,
  deleteExport,
  getExport,
  getExportVersion,
  setExportPaused,
  updateExport,
} from '../../store/exports.ts';
import { listDestinations } from '../../store/destination-list.ts';
import { listExports } from '../../store/export-list.ts';
import { createSecretBox } from '../../store/secrets.ts';
import { newBucket, newExport, newTeam, newWebhook, SECRET_TEXT, startStore, type StoreFixture } from './fixtures.ts';

let store: StoreFixture;
let teamId: number;
let strangerId: number;

/** A batch destination has nothing in Temporal. */
const unused = {} as EndingPort;

beforeAll(async () => {
  store = await startStore();
  teamId = await newTeam(store);
  strangerId = await newTeam(store);
});
afterAll(() => store.stop());

describe('secrets of a destination', () => {
  test('are sealed at rest, marked in records and opened for workers', async () => {
    const bucket = await newBucket(store, teamId);
    expect(bucket.config).toEqual({ bucket: 'b', secretAccessKey: { configured: true } });
    expect(await openDestinationConfig(store.db, store.box, bucket.id)).toEqual({
      bucket: 'b',
      secretAccessKey: SECRET_TEXT,
    });
    const { rows } = await sql<{ found: boolean }>`
      SELECT row_to_json(d)::text LIKE ${`%${SECRET_TEXT}%`} OR position(${SECRET_TEXT}::bytea IN secrets) > 0 AS found
      FROM destinations d WHERE id = ${bucket.id}`.execute(store.db.kysely);
    expect(rows).toEqual([{ found: false }]);
  });

  test('cannot be opened with another key, nor in another record', async () => {
    const [mine, yours] = [await newBucket(store, teamId), await newBucket(store, teamId)];
    const otherBox = createSecretBox(randomBytes(32));
    await expect(openDestinationConfig(store.db, otherBox, mine.id)).rejects.toMatchObject({
      code: 'secret_unreadable',
    });
    await sql`UPDATE destinations SET secrets = (SELECT secrets FROM destinations WHERE id = ${mine.id})
      WHERE id = ${yours.id}`.execute(store.db.kysely);
    await expect(openDestinationConfig(store.db, store.box, yours.id)).rejects.toMatchObject({
      code: 'secret_unreadable',
    });
  });

  test('are forgotten with the destination', async () => {
    const bucket = await newBucket(store, teamId);
    await deleteDestination(store.db, { teamId, id: bucket.id });
    await settleDestination(store.db, unused, bucket.id);
    await expect(openDestinationConfig(store.db, store.box, bucket.id)).rejects.toMatchObject({
      code: 'destination_not_found',
    });
    const { rows } = await sql<{
      bytes: number;
    }>`SELECT length(secrets) AS bytes FROM destinations WHERE id = ${bucket.id}`.execute(store.db.kysely);
    expect(rows).toEqual([{ bytes: 0 }]);
  });
});

describe('changes of a destination', () => {
  test('replace name and config and count versions', async () => {
    const { id } = await newBucket(store, teamId);
    const config = { values: { bucket: 'c', secretAccessKey: 'new' }, secretFields: ['secretAccessKey'] };
    const changed = await updateDestination(store.db, store.box, { teamId, id, patch: { name: 'n', config } });
    expect(changed).toMatchObject({
      name: 'n',
      version: 2,
      config: { bucket: 'c', secretAccessKey: { configured: true } },
    });
    expect(await openDestinationConfig(store.db, store.box, id)).toEqual({ bucket: 'c', secretAccessKey: 'new' });
  });

  test('of two writers with one version, one is refused', async () => {
    const { id } = await newBucket(store, teamId);
    const write = (name: string): Promise<unknown> =>
      updateDestination(store.db, store.box, { teamId, id, patch: { name, expectedVersion: 1 } });
    const results = await Promise.allSettled([write('a'), write('b')]);
    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(results.find((result) => result.status === 'rejected')).toMatchObject({ reason: { code: 'edit_conflict' } });
  });

  test('pausing twice is one change', async () => {
    const { id } = await newWebhook(store, teamId);
    await setDestinationStatus(store.db, { teamId, id, status: 'paused' });
    expect(await setDestinationStatus(store.db, { teamId, id, status: 'paused' })).toMatchObject({
      status: 'paused',
      version: 2,
    });
  });

  test('text that Postgres cannot store in jsonb is made storable', async () => {
    const config = { note: 'nul \0 and half \ud800 a pair' };
    const { id } = await createDestination(store.db, store.box, {
      teamId,
      kind: 'file',
      name: 'f',
      config,
      secretFields: [],
    });
    expect((await getDestination(store.db, { teamId, id }))?.config).toEqual({
      note: 'nul \ufffd and half \ufffd a pair',
    });
  });
});

test('lists page from new to old without gap or repeat', async () => {
  const own = await newTeam(store);
  const created = await Promise.all(Array.from({ length: 7 }, () => newBucket(store, own)));
  await newWebhook(store, own);
  const seen: string[] = [];
  let page = await listDestinations(store.db, { teamId: own, kinds: ['s3'], limit: 3 });
  while (page.length > 0) {
    seen.push(...page.map((record) => record.id));
    const last = page.at(-1);
    const after = { key: last?.createdAt.toISOString() ?? '', id: last?.id ?? '' };
    page = await listDestinations(store.db, { teamId: own, kinds: ['s3'], limit: 3, after });
  }
  expect(seen).toHaveLength(7);
  expect([...seen].sort()).toEqual(created.map((record) => record.id).sort());
});

describe('exports', () => {
  test('keep each version, and a run finds the one it is pinned to', async () => {
    const record = await newExport(store, teamId);
    const key = { teamId, id: record.id };
    await updateExport(store.db, { ...key, patch: { interval: 'hour', maxFileMb: 64 } });
    await setExportPaused(store.db, { ...key, paused: true });
    expect(await getExport(store.db, key)).toMatchObject({ version: 3, interval: 'hour', maxFileMb: 64, paused: true });
    expect(await getExportVersion(store.db, record.id, 1)).toMatchObject({
      version: 1,
      interval: '5m',
      maxFileMb: null,
    });
    expect(await getExportVersion(store.db, record.id, 2)).toMatchObject({ interval: 'hour', paused: false });
    expect(await getExportVersion(store.db, record.id, 4)).toBeUndefined();
  });

  test('cannot use a webhook, a deleted destination or another team’s', async () => {
    const deleted = await newBucket(store, teamId);
    await deleteDestination(store.db, { teamId, id: deleted.id });
    const wrong = [await newWebhook(store, teamId), deleted, await newBucket(store, strangerId)];
    for (const { id } of wrong) {
      const input = { teamId, destinationId: id, name: 'e', interval: 'day', filter: {} } as const;
      await expect(
        createExport(store.db, { ...input, format: { fileFormat: 'parquet', compression: 'zstd' } }),
      ).rejects.toMatchObject({ code: 'destination_not_found' });
    }
  });

  test('protect their destination from deletion until they are deleted', async () => {
    const record = await newExport(store, teamId);
    const destination = { teamId, id: record.destinationId };
    await expect(deleteDestination(store.db, destination)).rejects.toMatchObject({ code: 'destination_in_use' });
    await deleteExport(store.db, { teamId, id: record.id });
    await deleteDestination(store.db, destination);
    expect(await getDestination(store.db, destination)).toBeUndefined();
  });
});

test('a stranger can neither read nor change anything', async () => {
  const bucket = await newBucket(store, teamId);
  const record = await newExport(store, teamId);
  const foreignBucket = { teamId: strangerId, id: bucket.id };
  const foreignExport = { teamId: strangerId, id: record.id };
  expect(await getDestination(store.db, foreignBucket)).toBeUndefined();
  expect(await getExport(store.db, foreignExport)).toBeUndefined();
  expect(await listExports(store.db, { teamId: strangerId, limit: 100 })).toEqual([]);
  const attempts = [
    updateDestination(store.db, store.box, { ...foreignBucket, patch: { name: 'mine' } }),
    setDestinationStatus(store.db, { ...foreignBucket, status: 'paused' }),
    deleteDestination(store.db, foreignBucket),
    updateExport(store.db, { ...foreignExport, patch: { name: 'mine' } }),
    setExportPaused(store.db, { ...foreignExport, paused: true }),
    deleteExport(store.db, foreignExport),
  ];
  const results = await Promise.allSettled(attempts);
  expect(results.map((result) => result.status)).toEqual(Array.from({ length: 6 }, () => 'rejected'));
  expect(await getDestination(store.db, { teamId, id: bucket.id })).toEqual(bucket);
  expect(await getExport(store.db, { teamId, id: record.id })).toEqual(record);
});
