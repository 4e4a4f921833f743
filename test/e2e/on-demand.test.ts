import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { Client } from 'pg';
import type { CleanUpResult } from '../../activities/types.ts';
import { MAINTENANCE_SCHEDULES } from '../../core/ids.ts';
import { eventually } from '../support/eventually.ts';
import { byHand } from '../support/schedules.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';
import { insertMany } from './support/export-events.ts';
import { newPlace } from './support/export-places.ts';
import { expectSameRows, ExportReader, firstArrivals, storedRows } from './support/export-rows.ts';
import { createExport, JSON_LINES, pastMinute } from './support/export-runs.ts';
import { endCommands, runSluice } from './support/sluice-process.ts';

jest.setTimeout(240_000);

const FEW = 200;
const MANY = 150_000;
/** The many rows make several chunks. */
const MAX_FILE_MB = 8;

interface OnDemand {
  id: string;
  status: string;
  progress: { chunks_done: number; chunks: number } | null;
  run: { rows: number; trigger: string; workflow_id: string } | null;
  files: { name: string; rows: number; bytes: number; url: string }[];
}

const few = pastMinute(90);
const many = pastMinute(60);
let system: TestSystem;
let reader: ExportReader;
let team: Awaited<ReturnType<TestSystem['newTeam']>>;
let cleanUp: () => Promise<CleanUpResult>;

beforeAll(async () => {
  system = await startTestSystem();
  cleanUp = await byHand(system.temporal, MAINTENANCE_SCHEDULES.cleanUp);
  reader = await ExportReader.open(system.directory);
  team = await system.newTeam();
  await insertMany(system.clickhouse, team.teamId, few, { rows: FEW, bytes: 60 });
  await insertMany(system.clickhouse, team.teamId, many, { rows: MANY, bytes: 160 });
});
afterAll(async () => {
  reader.close();
  await endCommands();
  await system.stop();
});

function rangeOf(minute: { startMicros: number; end: string }): { from: string; to: string } {
  return { from: new Date(minute.startMicros / 1_000).toISOString(), to: minute.end };
}

function read(id: string): Promise<OnDemand> {
  return team.api<OnDemand>('GET', `/on-demand-exports/${id}`);
}

function completed(id: string): Promise<OnDemand> {
  return eventually(
    async () => {
      const found = await read(id);
      expect(found.status).toBe('completed');
      return found;
    },
    { timeoutMs: 120_000 },
  );
}

function get(url: string): Promise<Response> {
  return fetch(new URL(url, system.system.apiUrl));
}

async function refusal(url: string): Promise<unknown[]> {
  const response = await get(url);
  return [response.status, ((await response.json()) as { code: string }).code];
}

test('sluice export once stores the rows of the range in a file, and its link is refused when it should be', async () => {
  const output = join(system.directory, 'once.parquet');
  const range = rangeOf(few);
  const env = { SLUICE_API_URL: system.system.apiUrl, SLUICE_API_KEY: team.apiKey };
  const command = runSluice(
    ['export', 'once', '--from', range.from, '--to', range.to, '--output', output, '--json'],
    env,
  );
  expect({ ...(await command.ended), stderr: command.stderr() }).toMatchObject({ code: 0 });
  const done = JSON.parse(command.stdout()) as OnDemand;
  expect(done).toMatchObject({ status: 'completed', run: { rows: FEW, trigger: 'on_demand' }, files: [{ rows: FEW }] });
  const stored = firstArrivals(await storedRows(system.clickhouse, team.teamId, few));
  expectSameRows(await reader.rows([{ key: 'once.parquet', content: await readFile(output) }]), stored);
  const other = await system.newTeam();
  await expect(other.api('GET', `/on-demand-exports/${done.id}`)).rejects.toThrow('on_demand_export_not_found');

  const url = done.files[0]?.url ?? '';
  const response = await get(url);
  expect(response.headers.get('content-disposition')).toContain(done.files[0]?.name);
  expect(Buffer.from(await response.arrayBuffer())).toEqual(await readFile(output));
  const [text = '', signature = ''] = (url.split('token=').at(-1) ?? '').split('.');
  const ref = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown[];
  const forged = Buffer.from(JSON.stringify([other.teamId, ...ref.slice(1)])).toString('base64url');
  expect(await refusal(url.replace(text, forged))).toEqual([403, 'download_link_invalid']);
  expect(await refusal(url.replace(signature, signature.slice(1)))).toEqual([403, 'download_link_invalid']);

  // Three days later.
  const client = new Client({ connectionString: system.config.postgres.url });
  await client.connect();
  const past = `UPDATE export_runs SET finished_at = now() - interval '73 hours' WHERE export_id = $1`;
  await client.query(past, [done.id]);
  await client.end();
  expect(await refusal(url)).toEqual([410, 'download_expired']);
  expect(await read(done.id)).toMatchObject({ status: 'expired', files: [] });
  expect(await cleanUp()).toMatchObject({ files: 1 });
  const kept = await readdir(join(system.directory, 'data', 'downloads'));
  expect(kept).not.toContain(done.id);
});

test('what is made from an export leaves out what that leaves out', async () => {
  const place = { kind: 'file', config: { directory: join(system.directory, 'source') } };
  const privacy = { drop: [{ source: 'event', path: ['noise'] }] };
  const id = await createExport(team.api, place, { privacy, filter: { include_events: ['order placed'] } });
  const output = join(system.directory, 'orders.jsonl');
  const { from, to } = rangeOf(few);
  const env = { SLUICE_API_URL: system.system.apiUrl, SLUICE_API_KEY: team.apiKey };
  const command = runSluice(
    ['export', 'once', '--from', from, '--to', to, '--from-export', id, '--output', output],
    env,
  );
  expect({ ...(await command.ended), stderr: command.stderr() }).toMatchObject({ code: 0 });
  const text = await readFile(output, 'utf8');
  expect([text.split('\n').length - 1, text.includes('number'), text.includes('noise')]).toEqual([
    FEW / 10,
    true,
    false,
  ]);
});

test('a download whose worker is killed half-way has each row once; deleted, its link ends and its files go', async () => {
  const body = { ...rangeOf(many), download: true, format: JSON_LINES, max_file_mb: MAX_FILE_MB };
  const { id } = await team.api<OnDemand>('POST', '/on-demand-exports', body);
  const pid = system.system.worker.pid ?? 0;
  const half = await eventually(
    async () => {
      // It stands still while somebody looks: however long that takes, it has not come further when it is killed.
      process.kill(pid, 'SIGSTOP');
      const found = await read(id);
      if ((found.progress?.chunks_done ?? 0) === 0) {
        process.kill(pid, 'SIGCONT');
        throw new Error(`not half-way: ${JSON.stringify(found)}`);
      }
      process.kill(pid, 'SIGKILL');
      return found;
    },
    { timeoutMs: 60_000, intervalMs: 25 },
  );
  expect(half.status).toBe('running');
  await system.system.startWorker('worker-after');
  const done = await completed(id);
  expect(done.files.length).toBeGreaterThan(1);
  const bodies = done.files.map(async ({ name, url }) => ({
    key: name,
    content: Buffer.from(await (await get(url)).arrayBuffer()),
  }));
  expect(await reader.counts(await Promise.all(bodies))).toEqual({ rows: MANY, uuids: MANY, distinctIds: MANY });

  expect(await team.api('DELETE', `/on-demand-exports/${id}`)).toMatchObject({ state: 'deleted' });
  expect(await refusal(done.files[0]?.url ?? '')).toEqual([403, 'download_link_invalid']);
  expect(await cleanUp()).toMatchObject({ files: 1 });
  expect(await readdir(join(system.directory, 'data', 'downloads'))).not.toContain(id);
});

test('a filtered range goes to a destination once', async () => {
  const place = await newPlace('file', system);
  const kind = { kind: 'file', name: 'once', config: place.config };
  const { id: destination } = await team.api<{ id: string }>('POST', '/destinations', kind);
  const { id } = await team.api<OnDemand>('POST', '/on-demand-exports', {
    ...{ ...rangeOf(few), destination_id: destination, format: JSON_LINES },
    filter: { include_events: ['order placed'] },
  });
  expect(await completed(id)).toMatchObject({ run: { rows: FEW / 10 }, files: [] });
  const files = (await place.keys()).filter((key) => key.endsWith('.jsonl.gz'));
  const contents = await Promise.all(files.map(async (key) => ({ key, content: await place.read(key) })));
  const orders = (await storedRows(system.clickhouse, team.teamId, few)).filter(
    (row) => row['event'] === 'order placed',
  );
  expectSameRows(await reader.rows(contents), orders);
});
