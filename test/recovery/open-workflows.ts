import { expect } from '@jest/globals';
import {
  backfillWorkflowId,
  deliveryShardWorkflowId,
  retryDeliveryWorkflowId,
  shardOf,
  webhookWorkflowId,
} from '../../core/ids.ts';
import { startReceiver } from '../../dev/receiver.ts';
import { webhookStateQuery } from '../../workflows/messages.ts';
import { insertMany } from '../e2e/support/export-events.ts';
import { expectConsistent, manifests } from '../e2e/support/export-manifests.ts';
import { newPlace } from '../e2e/support/export-places.ts';
import {
  createExport,
  finishedRun,
  JSON_LINES,
  listRuns,
  pastMinute,
  startMinute,
} from '../e2e/support/export-runs.ts';
import { untilAccepted, uuids, type WebhookTeam } from '../e2e/support/webhook-team.ts';
import { eventually } from '../support/eventually.ts';
import type { TestSystem } from '../support/test-system.ts';

/** Something that is under way and waits: for a timer, a signal, an activity. */
export interface OpenWorkflow {
  workflowId: string;
  /** What it waits for comes; resolves when it has gone on as it should. */
  finish(): Promise<void>;
}

const ROWS = 500;
const BACKFILLED_MINUTES = 12;
const WAIT_MS = 180_000;
/** With probes that wait ever longer. */
const RECOVERY_MS = 240_000;

/** One long activity, on a worker that is going to stop. */
export async function shard(team: WebhookTeam, shards: number): Promise<OpenWorkflow> {
  const hook = await team.hook({ events: ['shared'] });
  const before = await team.capture([{ event: 'shared' }]);
  await untilAccepted(hook, before, WAIT_MS);
  return {
    workflowId: deliveryShardWorkflowId(shardOf(hook.id, shards)),
    finish: async () => {
      const after = await team.capture([{ event: 'shared' }]);
      await untilAccepted(hook, [...before, ...after], WAIT_MS);
      expect(hook.receiver.requests).toHaveLength(2);
    },
  };
}

/** An event in the middle of its retries, with a timer of a quarter of a minute. */
export async function retriedEvent(system: TestSystem, team: WebhookTeam): Promise<OpenWorkflow> {
  const hook = await team.hook({
    events: ['refused'],
    retry_schedule_ms: [1_000, ...Array.from({ length: 20 }, () => 15_000)],
  });
  hook.react(() => ({ status: 500 }));
  const [uuid = ''] = await team.capture([{ event: 'refused' }]);
  await eventually(
    () => {
      expect(hook.receiver.requests.map(({ attempt }) => attempt)).toContain(3);
    },
    { timeoutMs: WAIT_MS },
  );
  const workflowId = retryDeliveryWorkflowId(hook.id, uuid);
  return {
    workflowId,
    finish: async () => {
      hook.react(() => ({ status: 200 }));
      const result: unknown = await system.temporal.client.workflow.getHandle(workflowId).result();
      expect(result).toMatchObject({ outcome: 'delivered' });
      expect(hook.receiver.deliveredIds()).toHaveLength(1);
    },
  };
}

/** Its endpoint fails; probes are due, and its backlog waits. */
export async function suspendedWebhook(system: TestSystem, team: WebhookTeam): Promise<OpenWorkflow> {
  const hook = await team.hook({ events: ['lost'], retry_schedule_ms: Array.from({ length: 30 }, () => 2_000) });
  hook.react(() => ({ status: 500 }));
  const events = uuids(30);
  for (const uuid of events) {
    await team.capture([{ event: 'lost', uuid }]);
  }
  await team.untilHealth(hook, 'paused_auto', WAIT_MS);
  const workflowId = webhookWorkflowId(hook.id);
  const transitions = async (): Promise<string[]> => {
    const state = await system.temporal.client.workflow.getHandle(workflowId).query(webhookStateQuery);
    return state.transitions.map(({ to }) => to);
  };
  await eventually(async () => {
    expect(await transitions()).toEqual(['degraded', 'paused_auto']);
  });
  return {
    workflowId,
    finish: async () => {
      hook.react(() => ({ status: 200 }));
      await untilAccepted(hook, events, RECOVERY_MS);
      expect(hook.receiver.deliveredIds()).toHaveLength(events.length);
      await team.untilHealth(hook, 'healthy', WAIT_MS);
      await eventually(async () => {
        expect(await transitions()).toEqual(['degraded', 'paused_auto', 'recovering', 'healthy']);
      });
    },
  };
}

interface Backfill {
  id: string;
  status: string;
  progress: { running: number; completed: number };
}

/** Some of its intervals are exported; it is paused, and waits for a signal. */
export async function pausedBackfill(system: TestSystem): Promise<OpenWorkflow> {
  const { teamId, api } = await system.newTeam();
  const minutes = Array.from({ length: BACKFILLED_MINUTES }, (_, index) => pastMinute(120 - index));
  for (const minute of minutes) {
    await insertMany(system.clickhouse, teamId, minute, { rows: ROWS, bytes: 50 });
  }
  const place = await newPlace('file', system);
  const exportId = await createExport(api, place, { format: JSON_LINES });
  const range = { from: new Date((minutes[0]?.startMicros ?? 0) / 1_000).toISOString(), to: minutes.at(-1)?.end };
  const body = { ...range, order: 'oldest', parallel: 1 };
  const { id } = await api<Backfill>('POST', `/exports/${exportId}/backfills`, body);
  const reached = (what: (backfill: Backfill) => void): Promise<void> =>
    eventually(async () => what(await api<Backfill>('GET', `/backfills/${id}`)), { timeoutMs: WAIT_MS });
  await reached(({ progress }) => {
    expect(progress.completed).toBeGreaterThan(0);
  });
  await api('POST', `/backfills/${id}/pause`);
  await reached(({ status, progress }) => {
    expect([status, progress.running]).toEqual(['paused', 0]);
    expect(progress.completed).toBeLessThan(BACKFILLED_MINUTES);
  });
  return {
    workflowId: backfillWorkflowId(id),
    finish: async () => {
      await api('POST', `/backfills/${id}/resume`);
      await reached(({ status, progress }) => {
        expect([status, progress.completed]).toEqual(['completed', BACKFILLED_MINUTES]);
      });
      await expectConsistent(place);
      expect((await manifests(place)).map(({ rows }) => rows)).toEqual(minutes.map(() => ROWS));
    },
  };
}

/** A run whose destination is away: its activity is repeated. */
export async function repeatedRun(system: TestSystem): Promise<OpenWorkflow> {
  const { teamId, api } = await system.newTeam();
  const minute = pastMinute();
  await insertMany(system.clickhouse, teamId, minute, { rows: ROWS, bytes: 50 });
  let status = 503;
  const receiver = await startReceiver({ react: () => ({ status }) });
  const exportId = await createExport(api, { kind: 'http', config: { url: receiver.url, shape: 'jsonl' } });
  await startMinute(api, exportId, minute);
  await eventually(
    () => {
      expect(receiver.requests).not.toEqual([]);
    },
    { timeoutMs: WAIT_MS },
  );
  const [run] = await listRuns(api, exportId);
  return {
    workflowId: run?.workflow_id ?? '',
    finish: async () => {
      status = 200;
      const finished = await finishedRun(api, exportId, () => true);
      expect(finished).toMatchObject({ status: 'completed', rows: ROWS, generation: 0 });
      await receiver.close();
    },
  };
}
