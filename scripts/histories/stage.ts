import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { createClickHouse, type ClickHouse } from '../../clickhouse/client.ts';
import { connectTemporal, type TemporalClient } from '../../client/temporal.ts';
import { loadConfig } from '../../config.ts';
import { apiClient, type ApiCall } from '../../dev/api-client.ts';
import { startReceiver, type Reaction, type Receiver } from '../../dev/receiver.ts';
import { startSystem, type System } from '../../dev/system.ts';
import { waitUntil } from '../../dev/wait-until.ts';

export type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;

export interface Recorded {
  workflow: string;
  scenario: string;
  history: History;
}

/** A whole system on which the scenarios are played. */
export interface Stage {
  directory: string;
  system: System;
  api: ApiCall;
  teamId: number;
  clickhouse: ClickHouse;
  temporal: TemporalClient;
  /** Must not appear in what is recorded; scenarios add theirs. */
  secrets: string[];
  capture(event: string): Promise<void>;
  /** A webhook for events of that name, on a receiver whose reaction a scenario may change. */
  webhook(event: string, fields?: Record<string, unknown>): Promise<RecordedWebhook>;
  history(workflowId: string): Promise<History>;
  stop(): Promise<void>;
}

export interface RecordedWebhook {
  id: string;
  receiver: Receiver;
  react: Reaction;
}

const SETTINGS = {
  SLUICE_VISIBILITY_BOUND_MS: '4000',
  SLUICE_CAPTURE_INSERT_TIMEOUT_MS: '3000',
  SLUICE_DELIVERY_SHARDS: '1',
  SLUICE_DELIVERY_REPORT_EVERY_MS: '5000',
  SLUICE_LOG_LEVEL: 'warn',
};

export async function startRecordingStage(directory: string): Promise<Stage> {
  const system = await startSystem({ dataDir: join(directory, 'data'), s3: true, supervise: false, env: SETTINGS });
  const config = loadConfig(system.env);
  const clickhouse = createClickHouse(config.clickhouse);
  const temporal = await connectTemporal(config.temporal);
  const { access, env, stack } = system;
  const api = apiClient(system.apiUrl, access.apiKey);
  const receivers: Receiver[] = [];
  const secrets = [
    access.apiKey,
    access.captureToken,
    env['SLUICE_ENCRYPTION_KEY'] ?? '',
    stack.s3?.secretAccessKey ?? '',
    new URL(stack.databaseUrl).password,
  ];
  return {
    ...{ directory, system, api, teamId: access.teamId, clickhouse, temporal, secrets },
    capture: (event) => capture(system, event),
    webhook: async (event, fields = {}) => {
      const webhook: RecordedWebhook = {
        id: '',
        receiver: await startReceiver({ react: () => webhook.react }),
        react: { status: 200 },
      };
      receivers.push(webhook.receiver);
      const body = { name: event, url: webhook.receiver.url, events: [event], ...fields };
      const created = await api<{ id: string; secret: string }>('POST', '/webhooks', body);
      secrets.push(created.secret);
      return Object.assign(webhook, { id: created.id });
    },
    history: (workflowId) => temporal.client.workflow.getHandle(workflowId).fetchHistory(),
    stop: async () => {
      await Promise.all(receivers.map((receiver) => receiver.close()));
      await Promise.all([temporal.close(), clickhouse.close()]);
      await system.stop();
    },
  };
}

async function capture({ apiUrl, access }: System, event: string): Promise<void> {
  const body = JSON.stringify({ api_key: access.captureToken, event, distinct_id: 'd' });
  const response = await fetch(`${apiUrl}/capture`, { method: 'POST', body });
  if (!response.ok) {
    throw new Error(`capture answered ${String(response.status)}`);
  }
}

/** Asks until the answer is there. */
export async function found<T>(
  what: string,
  look: () => Promise<T | undefined>,
  { timeoutMs = 60_000, intervalMs = 250 } = {},
): Promise<T> {
  let result: T | undefined;
  await waitUntil(
    async () => {
      result = await look();
      if (result === undefined) {
        throw new Error(`no ${what} yet`);
      }
    },
    { what, timeoutMs, intervalMs },
  );
  return result as T;
}
