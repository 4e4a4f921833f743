import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import pg from 'pg';
import type { ApiCall } from '../../dev/api-client.ts';
import { startTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';
import { insertMany, insertRows } from './support/export-events.ts';
import { committedFiles, expectConsistent, manifests } from './support/export-manifests.ts';
import { newPlace, type ExportPlace } from './support/export-places.ts';
import { ExportReader, expectSameRows, firstArrivals, storedRows } from './support/export-rows.ts';
import { createExport, PARQUET, pastMinute, runMinute, type PastMinute } from './support/export-runs.ts';
import { lateData, reconcile, type Reconciled } from './support/reconciliations.ts';

jest.setTimeout(180_000);

const ROWS = 3_000;
/** In order of time; only the second is spoilt. */
const MINUTES = [pastMinute(42), pastMinute(41), pastMinute(40)] as const;
const SPOILT = MINUTES[1];

let system: TestSystem;
let target: TestDatabase;
let client: pg.Client;
let reader: ExportReader;

beforeAll(async () => {
  [system, target] = await Promise.all([startTestSystem({ s3: true }), startTestDatabase()]);
  client = new pg.Client({ connectionString: target.url });
  await client.connect();
  reader = await ExportReader.open(system.directory);
});
afterAll(async () => {
  reader.close();
  await client.end();
  await Promise.all([system.stop(), target.stop()]);
});

interface Exported {
  teamId: number;
  api: ApiCall;
  exportId: string;
}

/** Three minutes that have been exported, of a team of its own. */
async function exported(place: { kind: string; config: Record<string, unknown> }): Promise<Exported> {
  const { teamId, api } = await system.newTeam();
  for (const minute of MINUTES) {
    await insertMany(system.clickhouse, teamId, minute, { rows: ROWS, bytes: 100 });
  }
  const format = place.kind === 'postgres' ? {} : { format: PARQUET };
  const exportId = await createExport(api, place, format);
  const runs = await Promise.all(MINUTES.map((minute) => runMinute(api, exportId, minute)));
  expect(runs).toMatchObject(MINUTES.map(() => ({ status: 'completed', rows: ROWS })));
  return { teamId, api, exportId };
}

function reconciled({ api, exportId }: Exported, options: { dryRun?: boolean } = {}): Promise<Reconciled> {
  const from = new Date(MINUTES[0].startMicros / 1_000).toISOString();
  return reconcile(api, exportId, { from, to: MINUTES[2].end, ...options });
}

/** Two rows that came one by one, and a batch that shares one time of ingestion. */
async function insertLate(teamId: number, minute: PastMinute, batch = 500): Promise<number> {
  await insertRows(system.clickhouse, [
    { teamId, insertedAtMicros: minute.startMicros + 3, event: 'late' },
    { teamId, insertedAtMicros: minute.endMicros - 1, event: 'late' },
    ...Array.from({ length: batch }, () => ({ teamId, insertedAtMicros: minute.startMicros + 777, event: 'late' })),
  ]);
  return batch + 2;
}

async function expectWhole(place: ExportPlace, teamId: number): Promise<void> {
  await expectConsistent(place);
  expectSameRows(
    await reader.rows(await committedFiles(place)),
    firstArrivals(await storedRows(system.clickhouse, teamId)),
  );
}

/** What an observer can tell of every file without reading our records. */
async function filesOf(place: ExportPlace): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const key of await place.keys()) {
    files.set(key, await place.stamp(key));
  }
  return files;
}

describe.each(['file', 's3'] as const)('%s', (kind) => {
  let place: ExportPlace;
  let of: Exported;

  beforeAll(async () => {
    place = await newPlace(kind, system);
    of = await exported(place);
  });

  test('late rows are found, and only they are loaded; nothing else is touched', async () => {
    expect(await reconciled(of)).toMatchObject({ intervals_compared: 3, intervals_differing: 0, repairs: [] });

    const before = await filesOf(place);
    const late = await insertLate(of.teamId, SPOILT);
    const looked = await reconciled(of, { dryRun: true });
    expect(looked).toMatchObject({ intervals_differing: 1, intervals_repaired: 0, rows_late: late });
    expect(await filesOf(place)).toEqual(before);

    const repaired = await reconciled(of);
    expect(repaired).toMatchObject({ intervals_differing: 1, intervals_repaired: 1, rows_late: late, rows_lost: 0 });
    expect(repaired.repairs).toMatchObject([{ interval_end: SPOILT.end, action: 'supplement', status: 'repaired' }]);
    await expectWhole(place, of.teamId);

    const after = await filesOf(place);
    const untouched = [...before].filter(([key]) => !key.includes(manifestOf(before, after)));
    for (const [key, stamp] of untouched) {
      expect({ key, same: after.get(key) === stamp }).toEqual({ key, same: true });
    }
    const added = [...after.keys()].filter((key) => !before.has(key) && !key.endsWith('_manifest.json'));
    expect(added).toHaveLength(1);
    expect(await lateData(of.api, of.exportId)).toMatchObject([
      { interval_end: SPOILT.end, rows: late, loaded_by_run_id: repaired.repairs[0]?.run_id },
    ]);
    expect(await reconciled(of)).toMatchObject({ intervals_differing: 0 });
  });

  test('a lost file is found, and its interval is exported again', async () => {
    const lost = (await manifests(place)).find(({ files }) => files[0]?.key.includes(stemOf(SPOILT)))?.files[0];
    const before = await filesOf(place);
    await place.remove(lost?.key ?? '');
    const found = await reconciled(of);
    expect(found).toMatchObject({ intervals_differing: 1, intervals_repaired: 1, rows_lost: ROWS, rows_late: 0 });
    expect(found.repairs[0]).toMatchObject({ action: 'whole', files: [{ key: lost?.key, problem: 'missing' }] });
    await expectWhole(place, of.teamId);
    const after = await filesOf(place);
    for (const [key, stamp] of before) {
      expect({ key, same: key.includes(stemOf(SPOILT)) || after.get(key) === stamp }).toEqual({ key, same: true });
    }
  });

  test('a changed file and one too many are found', async () => {
    const files = (await manifests(place)).flatMap(({ files: named }) => named);
    const key = files.find((file) => file.key.includes(stemOf(SPOILT)))?.key ?? '';
    await place.write(key, 'overwritten');
    await place.write(key.replace('-00000.', '-00007.'), 'a copy');
    const found = await reconciled(of);
    expect(found).toMatchObject({ intervals_differing: 1, intervals_repaired: 1 });
    expect(found.repairs[0]?.files.map(({ problem }) => problem).sort()).toEqual(['changed', 'unexpected']);
    await expectWhole(place, of.teamId);
  });
});

/** The name of a manifest that was swapped in place, or nothing that a key holds. */
function manifestOf(before: Map<string, string>, after: Map<string, string>): string {
  const changed = [...before.keys()].filter(
    (key) => key.endsWith('_manifest.json') && after.get(key) !== before.get(key),
  );
  expect(changed).toHaveLength(1);
  return changed[0] ?? '';
}

/** What the names of a minute's files have in common. */
function stemOf({ startMicros }: PastMinute): string {
  // With what follows a start: the minute before ends at the same time.
  return `/${new Date(startMicros / 1_000).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z-`;
}

describe('postgres', () => {
  function placeOf(table: string): { kind: string; config: Record<string, unknown> } {
    const { hostname, port, username, password, pathname } = new URL(target.url);
    const config = { host: hostname, port: Number(port), user: username, password, database: pathname.slice(1), table };
    return { kind: 'postgres', config: { ...config, tls_mode: 'disable' } };
  }

  async function uuidsIn(table: string): Promise<string[]> {
    const { rows } = await client.query<{ uuid: string }>(`SELECT uuid FROM ${table} ORDER BY uuid`);
    return rows.map(({ uuid }) => uuid);
  }

  test('late, lost and doubled rows are found and repaired; rows of others stay', async () => {
    const of = await exported(placeOf('repaired'));
    const range = `inserted_at >= '${new Date(SPOILT.startMicros / 1_000).toISOString()}' AND inserted_at < '${SPOILT.end}'`;
    const late = await insertLate(of.teamId, SPOILT, 40);
    await client.query(
      `DELETE FROM repaired WHERE uuid IN (SELECT uuid FROM repaired WHERE ${range} ORDER BY uuid LIMIT 7)`,
    );
    await client.query(`INSERT INTO repaired SELECT * FROM repaired WHERE ${range} ORDER BY uuid LIMIT 5`);
    const foreign = randomUUID();
    await client.query(`INSERT INTO repaired (uuid, event, distinct_id, person_id, properties, person_properties, timestamp, inserted_at,
      created_at, team_id) SELECT '${foreign}', 'foreign', distinct_id, person_id, '{}', '{}', timestamp, inserted_at, created_at, 0
      FROM repaired WHERE ${range} LIMIT 1`);
    const untouched = await client.query(
      `SELECT xmin::text, ctid::text FROM repaired WHERE NOT (${range}) ORDER BY ctid`,
    );

    const found = await reconciled(of);
    expect(found).toMatchObject({
      ...{ intervals_differing: 1, intervals_repaired: 1 },
      ...{ rows_late: late, rows_lost: 7, rows_surplus: 5, rows_unknown: 1 },
    });
    expect(found.repairs).toMatchObject([{ action: 'supplement', status: 'repaired', destination: 'compared' }]);
    const stored = (await storedRows(system.clickhouse, of.teamId)).map((row) => row['uuid'] ?? '');
    expect(await uuidsIn('repaired')).toEqual([...stored, foreign].sort());
    const after = await client.query(`SELECT xmin::text, ctid::text FROM repaired WHERE NOT (${range}) ORDER BY ctid`);
    expect(after.rows).toEqual(untouched.rows);
    expect(await reconciled(of)).toMatchObject({ intervals_differing: 0 });
  });
});
