import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { ProbeResult } from '../../activities/types.ts';
import { TASK_QUEUES, webhookWorkflowId } from '../../core/ids.ts';
import { healthChangedSignal, trafficSignal, webhookStateQuery } from '../../workflows/messages.ts';
import { webhook } from '../../workflows/webhook.ts';
import { quietRuntime, timeSkippingEnvironment, withWorkers } from './environment.ts';

let env: TestWorkflowEnvironment;

beforeAll(async () => {
  quietRuntime();
  env = await timeSkippingEnvironment();
}, 300_000);

afterAll(async () => {
  await env.teardown();
});

const REPORT = { matched: 10, delivered: 9, failedAttempts: 1, retried: 1, parked: 0, latencyBuckets: { '100': 9 } };

describe('webhook', () => {
  test('probes a paused destination ever more slowly until it answers, then resumes its retries', async () => {
    const probedAtMs: number[] = [];
    const resumed: string[] = [];
    const activities = {
      probeDestination: async (): Promise<ProbeResult> => {
        probedAtMs.push(await env.currentTimeMs());
        return probedAtMs.length < 10
          ? { outcome: 'still_failing', evidence: {} }
          : { outcome: 'recovered', evidence: { status: 200 } };
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
      await handle.signal(healthChangedSignal, { to: 'paused_auto', evidence: { consecutiveFailures: 10 } });
      await env.sleep('2 hours');
      const state = await handle.query(webhookStateQuery);
      expect(state.health).toBe('recovering');
      expect(state.totals).toEqual(REPORT);
      expect(state.transitions.map((transition) => transition.to)).toEqual(['paused_auto', 'recovering']);
      await handle.signal(healthChangedSignal, { to: 'deleted', evidence: {} });
      await handle.result();
    });
    const gapsMs = probedAtMs.slice(1).map((atMs, index) => atMs - (probedAtMs[index] ?? 0));
    const seconds = gapsMs.map((ms) => Math.round(ms / 1_000));
    expect(seconds).toEqual([10, 20, 40, 80, 160, 300, 300, 300, 300]);
    expect(resumed).toEqual(['d1']);
  }, 60_000);

  test('a healthy destination is never probed, however long it is quiet', async () => {
    let probes = 0;
    const activities = {
      probeDestination: (): Promise<ProbeResult> => {
        probes += 1;
        return Promise.resolve({ outcome: 'recovered', evidence: {} });
      },
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
