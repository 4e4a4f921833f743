import { randomBytes, randomUUID } from 'node:crypto';
import { openDatabase, type Database } from '../../store/database.ts';
import { createDestination, type DestinationRecord } from '../../store/destinations.ts';
import { createExport, type ExportRecord } from '../../store/exports.ts';
import { migrateDatabase } from '../../store/migrate.ts';
import { createRun, type RunRecord } from '../../store/runs.ts';
import { createSecretBox, type SecretBox } from '../../store/secrets.ts';
import { createTeam } from '../../store/teams.ts';
import { startTestDatabase } from '../support/postgres.ts';

export const SECRET_TEXT = 'hunter2-must-never-be-seen';
export const INTERVAL = {
  intervalStart: new Date('2026-11-21T12:00:00Z'),
  intervalEnd: new Date('2026-11-21T12:05:00Z'),
};

export interface StoreFixture {
  db: Database;
  box: SecretBox;
  url: string;
  stop(): Promise<void>;
}

export async function startStore(): Promise<StoreFixture> {
  const server = await startTestDatabase({ mayBeMigrated: true });
  const db = openDatabase({ url: server.url, maxConnections: 12 });
  await migrateDatabase(db);
  const stop = async (): Promise<void> => {
    await db.close();
    await server.stop();
  };
  return { db, box: createSecretBox(randomBytes(32)), url: server.url, stop };
}

export async function newTeam(store: StoreFixture): Promise<number> {
  return (await createTeam(store.db, { name: 'a team' })).id;
}

export async function newBucket(store: StoreFixture, teamId: number): Promise<DestinationRecord> {
  return createDestination(store.db, store.box, {
    teamId,
    kind: 's3',
    name: 'a bucket',
    config: { bucket: 'b', secretAccessKey: SECRET_TEXT },
    secretFields: ['secretAccessKey'],
  });
}

export async function newWebhook(store: StoreFixture, teamId: number): Promise<DestinationRecord> {
  return createDestination(store.db, store.box, {
    teamId,
    kind: 'webhook',
    name: 'a webhook',
    config: { url: 'https://example.com/hook', secret: SECRET_TEXT },
    secretFields: ['secret'],
    startMicros: Date.now() * 1_000,
  });
}

export async function newExport(store: StoreFixture, teamId: number): Promise<ExportRecord> {
  const destination = await newBucket(store, teamId);
  return createExport(store.db, {
    teamId,
    destinationId: destination.id,
    name: 'an export',
    interval: '5m',
    filter: { includeEvents: ['signup'] },
    format: { fileFormat: 'jsonl', compression: 'gzip' },
  });
}

export async function newRun(store: StoreFixture, exportId: string): Promise<RunRecord> {
  const workflowRunId = randomUUID();
  return createRun(store.db, {
    exportId,
    ...INTERVAL,
    trigger: 'schedule',
    workflowId: `export/${exportId}`,
    workflowRunId,
  });
}
