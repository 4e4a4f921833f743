import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createActivities, type ActivityGroups } from '../../activities/index.ts';
import type { ActivityDeps } from '../../activities/deps.ts';
import type { ClickHouse } from '../../clickhouse/client.ts';
import { LogWriter } from '../../clickhouse/log-writer.ts';
import { EventClock } from '../../delivery/event-clock.ts';
import type { Destination } from '../../destinations/contract.ts';
import { createFileDestination } from '../../destinations/file/index.ts';
import { createPostgresDestination } from '../../destinations/postgres/index.ts';
import { createS3Destination } from '../../destinations/s3/index.ts';
import { createLogger } from '../../observability/logger.ts';
import { createMetrics } from '../../observability/metrics.ts';
import { NO_TRACING } from '../../observability/spans.ts';
import { openDatabase, type Database } from '../../store/database.ts';
import { createDestination } from '../../store/destinations.ts';
import { createExport } from '../../store/exports.ts';
import { migrateDatabase } from '../../store/migrate.ts';
import { createSecretBox, type SecretBox } from '../../store/secrets.ts';
import { createTeam } from '../../store/teams.ts';
import { startTestClickHouse, type TestClickHouse } from '../clickhouse/server.ts';
import { startS3Server } from '../conformance/s3-server.ts';
import { startTestDatabase } from '../support/postgres.ts';
import { WatchedClickHouse } from './boundaries.ts';
import { fileTarget, postgresTarget, s3Target, type Target, type TargetName } from './targets.ts';

const MIB = 1024 * 1024;
/** Of each worker process; frozen attempts hold theirs. */
const CONNECTIONS = 20;

/** A worker process as far as it matters here: connections, and what it remembers of duplicates. */
export interface WorkerProcess {
  exports: ActivityGroups['exports'];
  deps: ActivityDeps;
}

/** Real servers, and the product's parts that talk to them in this process. */
export interface World {
  db: Database;
  clickhouse: TestClickHouse['ch'];
  /** A fresh process instead of the n-th. */
  restart(index: number): void;
  worker(index: number): WorkerProcess;
  targets: readonly Target[];
  /** A team of its own with an export into the target. */
  newExport(target: Target): Promise<{ exportId: string; teamId: number }>;
  stop(): Promise<void>;
}

export const WORKERS = 3;

export async function startWorld(names: readonly TargetName[]): Promise<World> {
  const [store, source, s3, directory] = await Promise.all([
    startTestDatabase({ mayBeMigrated: true }),
    startTestClickHouse(),
    startS3Server(),
    mkdtemp(join(tmpdir(), 'sluice-chaos-')),
  ]);
  const db = openDatabase({ url: store.url, maxConnections: CONNECTIONS });
  await migrateDatabase(db);
  const box = createSecretBox(randomBytes(32));
  const { endpoint, accessKeyId, secretAccessKey } = s3;
  const access = { endpoint, region: 'us-east-1', forcePathStyle: true };
  const s3Access = { ...access, accessKeyId, secretAccessKey };
  const bucket = async (): Promise<string> => s3.createBucket();
  const makers: Record<TargetName, () => Promise<Target>> = {
    s3: async () => s3Target('s3', { client: s3.client(), bucket: await bucket(), access: s3Access }),
    's3-parts': async () => s3Target('s3-parts', { client: s3.client(), bucket: await bucket(), access: s3Access }),
    postgres: () => postgresTarget(store.url),
    file: () => Promise.resolve(fileTarget(directory)),
  };
  const targets = await Promise.all(names.map((name) => makers[name]()));
  const stores = Array.from({ length: WORKERS }, () => openDatabase({ url: store.url, maxConnections: CONNECTIONS }));
  const opened: WatchedClickHouse[] = [];
  const start = (index: number): WorkerProcess => {
    const clickhouse = new WatchedClickHouse({ url: source.url, database: source.ch.database });
    opened.push(clickhouse);
    const deps = depsOf({ db: stores[index] ?? db, box, clickhouse, log: source.ch });
    return { deps, exports: createActivities(deps, deps).exports };
  };
  const workers = stores.map((_, index) => start(index));
  return {
    db,
    clickhouse: source.ch,
    restart: (index) => {
      workers[index] = start(index);
    },
    worker: (index) => workers[index] ?? start(index),
    targets,
    newExport: (target) => newExport(db, box, target),
    stop: async () => {
      await Promise.all(opened.map((clickhouse) => clickhouse.close()));
      await Promise.all([db, ...stores].map((each) => each.close()));
      await Promise.all([store.stop(), source.stop(), s3.stop()]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Rows of `s3-parts` are so long that a file takes several parts. */
export function rowBytesOf(target: Target): number {
  return target.name === 's3-parts' ? 1.5 * MIB : 0;
}

async function newExport(db: Database, box: SecretBox, target: Target): Promise<{ exportId: string; teamId: number }> {
  const { id: teamId } = await createTeam(db, { name: target.name });
  const config = destinationFor(target.kind).configSchema.parse(target.config) as Record<string, unknown>;
  const destination = await createDestination(db, box, {
    teamId,
    kind: target.kind,
    name: target.name,
    config,
    secretFields: [...destinationFor(target.kind).secretFields],
  });
  const { id } = await createExport(db, {
    teamId,
    destinationId: destination.id,
    name: target.name,
    interval: '1m',
    filter: {},
    format: target.format,
    mode: target.mode,
    // A limit that every row exceeds: each is a chunk of its own, so that few rows make many steps.
    ...(target.name === 's3-parts' ? {} : { maxFileMb: 0 }),
  });
  return { exportId: id, teamId };
}

const DESTINATIONS: Record<Target['kind'], Destination<unknown>> = {
  file: createFileDestination(),
  s3: createS3Destination({ partBytes: 5 * MIB, partsInFlight: 2 }),
  postgres: createPostgresDestination(),
};

function destinationFor(kind: string): Destination<unknown> {
  return DESTINATIONS[kind as Target['kind']];
}

function depsOf({ log, ...own }: Pick<ActivityDeps, 'db' | 'box' | 'clickhouse'> & { log: ClickHouse }): ActivityDeps {
  const unused = (what: string) => (): never => {
    throw new Error(`exports do not use ${what}`);
  };
  return {
    ...own,
    temporal: new Proxy({} as ActivityDeps['temporal'], { get: unused('Temporal') }),
    findDestination: destinationFor,
    send: unused('webhooks'),
    eventClock: new EventClock(unused('the clock of events')),
    notifier: { assertUsable: unused('channels'), send: unused('channels'), close: () => Promise.resolve() },
    logger: createLogger({ name: 'chaos', level: 'fatal' }),
    metrics: createMetrics({ runtime: false }),
    tracing: NO_TRACING,
    logWriter: new LogWriter(log, () => undefined),
    settings: {
      downloadTtlMs: 3_600_000,
      visibilityBoundMs: 0,
      gapSettleMs: 60_000,
      leaseMs: 60_000,
      ...{ pollMs: 1_000, idlePollMs: 1_000 },
      reportEveryMs: 60_000,
      openRetriesCap: 1_000,
      breakerMinFailingMs: 60_000,
      drainMs: 1_000,
      chunkConcurrency: 2,
      pauseAfterFailures: 1_000,
    },
    draining: new AbortController().signal,
  };
}
