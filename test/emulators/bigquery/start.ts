import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBigQueryEmulator } from '../../../dev/bigquery/emulator.ts';
import { Authority } from './auth.ts';
import type { ServiceAccountKey } from './auth.ts';
import { Catalogue } from './catalogue.ts';
import { Faults } from './faults.ts';
import { Jobs } from './jobs.ts';
import { ParquetReader } from './parquet-file.ts';
import { buildProxy } from './proxy.ts';
import { TableLocks } from './table-locks.ts';
import { UploadSessions } from './upload-sessions.ts';
import { Upstream } from './upstream.ts';

const PROJECT = 'sluice-test';

export interface BigQueryServer {
  /** For the SDK's `apiEndpoint`, and for the `endpoint` of an impersonated client. */
  apiEndpoint: string;
  /** Where requests to Google's token endpoint have to be sent instead. */
  tokenUrl: string;
  project: string;
  /** Of an account that may do everything. */
  key: ServiceAccountKey;
  authority: Authority;
  faults: Faults;
  /** Uploads that have begun and neither ended nor been cancelled. */
  openUploads(): number;
  stop(): Promise<void>;
}

/** An empty BigQuery on a loopback port: bqemulator behind the proxy of this folder. */
export async function startBigQuery(): Promise<BigQueryServer> {
  const emulator = await startBigQueryEmulator(PROJECT, (line) => process.stderr.write(`${line}\n`));
  const directory = await mkdtemp(join(tmpdir(), 'sluice-bigquery-proxy-'));
  const [authority, faults, parquet] = [new Authority(), new Faults(), await ParquetReader.open()];
  const upstream = new Upstream(emulator.url);
  const catalogue = new Catalogue(upstream);
  const [jobs, locks, sessions] = [new Jobs(), new TableLocks(), new UploadSessions()];
  const app = buildProxy({ authority, faults, parquet, upstream, catalogue, jobs, locks, sessions, directory });
  const apiEndpoint = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    apiEndpoint,
    tokenUrl: `${apiEndpoint}/token`,
    project: PROJECT,
    key: authority.createAccount('exporter', PROJECT),
    authority,
    faults,
    openUploads: () => sessions.size,
    stop: async () => {
      await app.close();
      parquet.close();
      await emulator.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
