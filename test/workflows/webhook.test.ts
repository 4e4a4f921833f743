import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { ProbeInput, ProbeResult } from '../../activities/types.ts';
import { TASK_QUEUES, webhookWorkflowId } from '../../core/ids.ts';
import {
  destinationChangedSignal,
  healthChangedSignal,
  trafficSignal,
  webhookStateQuery,
  type DestinationChange,
} from '../../workflows/messages.ts';
import { webhook } from '../../workflows/webhook.ts';
import { eventually } from '../support/eventually.ts';
import { quietRuntime, timeSkippingEnvironment, withWorkers } from './environment.ts';

let env: TestWorkflowEnvironment;

beforeAll(async () => {
  quietRuntime();
  env = await timeSkippingEnvironment();
}, 300_000);

afterAll(async () => {
  await env.teardown();
});

/** As the first release told it. */
const REPORT = { matched: 10, delivered: 9, failedAttempts: 1, retried: 1, parked: 0, latencyBuckets: { '100': 9 } };
const NOTHING = { matched: 0, delivered: 0, failedAttempts: 0, retried: 0, parked: 0, latencyBuckets: {} };

describe('webhook', () => {
  test('probes a paused destination ever more slowly until it answers, then resumes its retries', async () => {
    let probes = 0;
    const resumed: string[] = [];
    const activities = {
      probeDestination: (): Promise<ProbeResult> => {
        probes += 1;
        return Promise.resolve(
          probes < 10
            ? { outcome: 'still_failing', evidence: {} }
            : { outcome: 'recovered', evidence: { status: 200 }, traffic: { ...NOTHING, delivered: 1 } },
        );
      },
      resumeRetries: ({ destinationId }: { destinationId: string }): Promise<number> => {
        resumed.push(destinationId);
        return Promise.resolve(0);
      },
    };
    await withWorkers(env, activities, async () => {
      const handle = await env.client.workflow.start(webhook, {
        workflowId: webhookWorkflowId('d1'),
        taskQueue: TASK_QUEUES.workflows,
        args: [{ destinationId: 'd1', teamId: 1, name: 'crm' }],
      });
      await handle.signal(trafficSignal, REPORT);
      await handle.signal(trafficSignal, { ...NOTHING, discarded: 2, expired: 1, retries: { 1: 2 } });
      await handle.signal(healthChangedSignal, { to: 'paused_auto', evidence: { consecutiveFailures: 10 } });
      await env.sleep('2 hours');
      const state = await handle.query(webhookStateQuery);
      expect(state.health).toBe('recovering');
      // The ninth delivery and that of the probe.
      expect(state.totals).toEqual({ ...REPORT, delivered: 10, discarded: 2, expired: 1, retries: { 1: 2 } });
      expect(state.transitions.map((transition) => transition.to)).toEqual(['paused_auto', 'recovering']);
      expect(resumed).toEqual(['d1']);
      await handle.signal(healthChangedSignal, { to: 'deleted', evidence: {} });
      await handle.result();
      // What it has waited for: a clock would show what the machine has taken, too.
      const { events } = await handle.fetchHistory();
      const seconds = (events ?? []).flatMap(({ timerStartedEventAttributes: timer }) =>
        timer ? [Number(timer.startToFireTimeout?.seconds)] : [],
      );
      expect(seconds).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300, 300]);
    });
    expect(probes).toBe(10);
    // The deletion wakes the retries again: they find the webhook gone, and end.
    expect(resumed).toEqual(['d1', 'd1']);
  }, 60_000);

  test('what is misconfigured is probed too, less often, and not before it asks for it', async () => {
    const probes: { probe: number | undefined; atMs: number }[] = [];
    const activities = {
      probeDestination: async ({ probe }: ProbeInput): Promise<ProbeResult> => {
        probes.push({ probe, atMs: await env.currentTimeMs() });
        if (probes.length === 6) {
          return { outcome: 'recovered', evidence: {} };
        }
        const asks = probes.length === 1 ? { retryAfterMs: 200_000 } : {};
        return { outcome: 'still_failing', evidence: {}, ...asks };
      },
      resumeRetries: (): Promise<number> => Promise.resolve(0),
    };
    await withWorkers(env, activities, async () => {
      const handle = await env.client.workflow.start(webhook, {
        workflowId: webhookWorkflowId('d6'),
        taskQueue: TASK_QUEUES.workflows,
        args: [{ destinationId: 'd6', teamId: 1, name: 'crm' }],
      });
      await handle.signal(healthChangedSignal, { to: 'misconfigured', evidence: { lastError: 'tls_failed' } });
      await env.sleep('1 hour');
      expect((await handle.query(webhookStateQuery)).health).toBe('recovering');
      await handle.signal(healthChangedSignal, { to: 'deleted', evidence: {} });
      await handle.result();
    });
    expect(probes.map(({ probe }) => probe)).toEqual([1, 2, 3, 4, 5, 6]);
    const gaps = probes
      .slice(1)
      .map(({ atMs }, index) => Math.round((atMs - (probes[index]?.atMs ?? 0)) / 20_000) * 20);
    expect(gaps).toEqual([200, 240, 300, 300, 300]);
  }, 60_000);

  test('a user pauses, changes and resumes a webhook: it is what it was before, unless it was suspended', async () => {
    const activities = {
      probeDestination: (): Promise<ProbeResult> => Promise.resolve({ outcome: 'still_failing', evidence: {} }),
      resumeRetries: (): Promise<number> => Promise.resolve(0),
    };
    await withWorkers(env, activities, async () => {
      const handle = await env.client.workflow.start(webhook, {
        workflowId: webhookWorkflowId('d3'),
        taskQueue: TASK_QUEUES.workflows,
        args: [{ destinationId: 'd3', teamId: 1, name: 'crm' }],
      });
      const after = async (change: DestinationChange): Promise<string> => {
        await handle.signal(destinationChangedSignal, { change });
        return (await handle.query(webhookStateQuery)).health;
      };
      expect([await after('paused'), await after('updated'), await after('resumed')]).toEqual([
        'paused_user',
        'paused_user',
        'healthy',
      ]);
      await handle.signal(healthChangedSignal, { to: 'gone', evidence: {} });
      expect([await after('paused'), await after('resumed')]).toEqual(['paused_user', 'recovering']);
      await handle.signal(healthChangedSignal, { to: 'gone', evidence: {} });
      expect([await after('updated'), await after('deleted')]).toEqual(['recovering', 'deleted']);
      await handle.result();
    });
  }, 60_000);

  test('a webhook that is restored while its retries are told of the deletion goes on', async () => {
    let restoreIt: (() => Promise<void>) | undefined;
    const activities = {
      probeDestination: (): Promise<ProbeResult> => Promise.resolve({ outcome: 'still_failing', evidence: {} }),
      resumeRetries: async (): Promise<number> => {
        await restoreIt?.();
        restoreIt = undefined;
        return 0;
      },
    };
    await withWorkers(env, activities, async () => {
      const handle = await env.client.workflow.start(webhook, {
        workflowId: webhookWorkflowId('d5'),
        taskQueue: TASK_QUEUES.workflows,
        args: [{ destinationId: 'd5', teamId: 1, name: 'crm' }],
      });
      restoreIt = () => handle.signal(destinationChangedSignal, { change: 'restored' });
      const first = await handle.describe();
      await handle.signal(destinationChangedSignal, { change: 'deleted' });
      await eventually(async () => expect((await handle.describe()).runId).not.toBe(first.runId));
      const { health, transitions } = await handle.query(webhookStateQuery);
      expect([health, transitions.map(({ to }) => to)]).toEqual(['healthy', ['deleted', 'healthy']]);
      await handle.signal(destinationChangedSignal, { change: 'deleted' });
      await handle.result();
    });
  }, 60_000);

  test('a webhook that is deleted while it is probed stays deleted', async () => {
    let deleteIt: (() => Promise<void>) | undefined;
    const activities = {
      probeDestination: async (): Promise<ProbeResult> => {
        await deleteIt?.();
        return { outcome: 'inactive', evidence: {} };
      },
      resumeRetries: (): Promise<number> => Promise.resolve(0),
    };
    await withWorkers(env, activities, async () => {
      const handle = await env.client.workflow.start(webhook, {
        workflowId: webhookWorkflowId('d4'),
        taskQueue: TASK_QUEUES.workflows,
        args: [{ destinationId: 'd4', teamId: 1, name: 'crm', health: 'paused_auto' }],
      });
      deleteIt = () => handle.signal(destinationChangedSignal, { change: 'deleted' });
      await handle.result();
      const state = await handle.query(webhookStateQuery);
      expect(state.transitions.map((transition) => transition.to)).toEqual(['deleted']);
    });
  }, 60_000);

  test('a healthy destination is never probed, however long it is quiet', async () => {
    let probes = 0;
    const activities = {
      probeDestination: (): Promise<ProbeResult> => {
        probes += 1;
        return Promise.resolve({ outcome: 'recovered', evidence: {} });
      },
      resumeRetries: (): Promise<number> => Promise.resolve(0),
    };
    await withWorkers(env, activities, async () => {
      const handle = await env.client.workflow.start(webhook, {
        workflowId: webhookWorkflowId('d2'),
        taskQueue: TASK_QUEUES.workflows,
        args: [{ destinationId: 'd2', teamId: 1, name: 'crm' }],
      });
      await handle.signal(trafficSignal, REPORT);
      await env.sleep('30 days');
      await handle.signal(healthChangedSignal, { to: 'deleted', evidence: {} });
      await handle.result();
    });
    expect(probes).toBe(0);
  }, 60_000);
});
