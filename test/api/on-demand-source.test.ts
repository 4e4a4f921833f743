import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createDownloadLinks } from '../../api/download-links.ts';
import { newOnDemand } from '../../api/on-demand.ts';
import { queryChecks } from '../../clickhouse/user-sql/check-query.ts';
import { createDownloads } from '../../destinations/download/index.ts';
import { findDestination } from '../../destinations/registry.ts';
import { startTestClickHouse, type TestClickHouse } from '../clickhouse/server.ts';
import { createdId, newExportOf, startApi, type ApiFixture, type Caller } from './fixtures.ts';

type Settings = Record<string, unknown>;

const RANGE = { from: '2026-11-21T00:00:00Z', to: '2026-11-21T12:00:00Z' };
const PRIVACY = {
  drop: [{ source: 'event', path: ['email'] }],
  hash: [{ source: 'person', path: ['phone'] }],
  ...{ hash_distinct_id: true, hash_person_id: true },
};
const EVENTS = {
  model: 'events',
  filter: {
    ...{ include_events: ['paid'], exclude_events: ['refunded'] },
    properties: [{ operator: 'exact', source: 'event', key: 'plan', value: 'pro' }],
  },
  columns: [{ name: 'id', from: { kind: 'column', column: 'uuid' } }],
  ...{ privacy: PRIVACY, format: { file_format: 'jsonl', compression: 'gzip' }, mode: 'append', max_file_mb: 7 },
};
const QUERY = {
  model: 'sql',
  query: 'SELECT event, count() AS n, {interval_end} AS version FROM events GROUP BY event',
  ...{ key: ['event'], version_column: 'version', mode: 'merge', privacy: PRIVACY, max_file_mb: 7 },
};
/** What is not about rows and how they are written. */
const OF_ITS_OWN = ['name', 'from', 'to', 'destination_id', 'download', 'from_export'];

const directory = mkdtempSync(join(tmpdir(), 'sluice-downloads-'));
let server: TestClickHouse;
let api: ApiFixture;
let caller: Caller;

beforeAll(async () => {
  server = await startTestClickHouse();
  const downloads = createDownloads({ kind: 'file', directory });
  api = await startApi({
    queries: queryChecks(server.ch),
    downloads: { read: downloads.read, links: createDownloadLinks(Buffer.alloc(32)), ttlMs: 3_600_000 },
    findDestination: (kind) => (kind === 'download' ? downloads.destination : findDestination(kind)),
  });
});
afterAll(async () => {
  await api.stop();
  await server.stop();
  rmSync(directory, { recursive: true });
});
beforeEach(async () => {
  caller = await api.newCaller();
});

async function once(body: Settings): Promise<Settings> {
  return (await caller.call('POST', '/api/v1/on-demand-exports', { ...RANGE, ...body })).json<Settings>();
}

/** A table, which merges. */
async function table(): Promise<string> {
  const config = { host: 'db.example.com', user: 'u', database: 'd', table: 't' };
  return createdId(caller, '/api/v1/destinations', { name: 'P', kind: 'postgres', config });
}

async function queryExport(destination_id: string): Promise<string> {
  return createdId(caller, '/api/v1/exports', { name: 'Totals', destination_id, interval: 'day', ...QUERY });
}

describe('an on-demand export that is made from an export', () => {
  test('has every setting of it: which rows, which columns, what must not leave', async () => {
    const made = await once({ from_export: await newExportOf(caller, EVENTS), download: true });
    expect(made).toMatchObject(EVENTS);
    const destination_id = await table();
    const merged = await once({ from_export: await queryExport(destination_id), destination_id });
    expect(merged).toMatchObject(QUERY);
    // A setting that exports get belongs into one of the two.
    const shown = new Set([...Object.keys(EVENTS), ...Object.keys(QUERY)]);
    expect(Object.keys(newOnDemand.shape).filter((field) => !OF_ITS_OWN.includes(field) && !shown.has(field))).toEqual(
      [],
    );
  });

  test('writes as its place can: a query that merges into a table is added to files', async () => {
    const made = await once({ from_export: await queryExport(await table()), download: true });
    expect(made).toMatchObject({ ...QUERY, mode: 'append', format: { file_format: 'parquet' } });
  });

  test('has what its own body says in place of that, also nothing', async () => {
    const from_export = await newExportOf(caller, EVENTS);
    const format = { file_format: 'csv', compression: 'none' };
    const made = await once({ from_export, download: true, filter: {}, columns: null, format });
    expect(made).toMatchObject({ filter: {}, columns: null, format, privacy: PRIVACY, max_file_mb: 7 });
  });

  test('is refused for another model, and for an export of somebody else', async () => {
    const from_export = await newExportOf(caller, EVENTS);
    const refused = { field: 'model', code: 'validation_failed' };
    expect(await once({ from_export, download: true, model: 'sql', query: QUERY.query })).toMatchObject(refused);
    caller = await api.newCaller();
    const unknown = { field: 'from_export', code: 'export_not_found' };
    expect(await once({ from_export, download: true })).toMatchObject(unknown);
  });
});
