import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { retryNow } from '../../client/deliveries.ts';
import type { TemporalClient } from '../../client/temporal.ts';
import type { Activities, AttemptRetryInput, AttemptRetryResult, SettleRetryInput } from '../../activities/types.ts';
import { retryDeliveryWorkflowId, TASK_QUEUES } from '../../core/ids.ts';
import { DEFAULT_RETRY_SCHEDULE_MS, scheduleLengthMs } from '../../delivery/retry-schedule.ts';
import { cancelDeliverySignal, resumedSignal, type RetryDeliveryInput } from '../../workflows/messages.ts';
import { retryDelivery } from '../../workflows/retry-delivery.ts';
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

/** Activities that answer from a script and remember what they were asked. */
class ScriptedRetries implements Pick<Activities, 'attemptRetry' | 'settleRetry'> {
  readonly attempts: (AttemptRetryInput & { atMs: number })[] = [];
  readonly settled: SettleRetryInput[] = [];
  readonly #answer: (attempt: number) => AttemptRetryResult;

  constructor(answer: (call: number) => AttemptRetryResult) {
    this.#answer = answer;
  }

  attemptRetry = async (input: AttemptRetryInput): Promise<AttemptRetryResult> => {
    this.attempts.push({ ...input, atMs: await env.currentTimeMs() });
    return this.#answer(this.attempts.length);
  };

  settleRetry = (input: SettleRetryInput): Promise<void> => {
    this.settled.push(input);
    return Promise.resolve();
  };
}

let nextEvent = 0;

function startInput(): { workflowId: string; taskQueue: string; args: [RetryDeliveryInput] } {
  nextEvent += 1;
  const eventUuid = `00000000-0000-4000-8000-${String(nextEvent).padStart(12, '0')}`;
  const input: RetryDeliveryInput = {
    destinationId: 'd1',
    teamId: 1,
    eventUuid,
    eventInsertedAtMicros: 1,
    attemptsMade: 2,
    scheduleMs: [...DEFAULT_RETRY_SCHEDULE_MS],
  };
  return { workflowId: retryDeliveryWorkflowId('d1', eventUuid), taskQueue: TASK_QUEUES.workflows, args: [input] };
}

const HOUR_MS = 3_600_000;
const failed: AttemptRetryResult = { kind: 'failed', errorCode: 'http_500', chargesAttempt: true };

describe('retryDelivery', () => {
  test('goes through the whole 75-hour schedule, then gives up', async () => {
    const script = new ScriptedRetries(() => failed);
    const startedAtMs = await env.currentTimeMs();
    const result = await withWorkers(env, script, () => env.client.workflow.execute(retryDelivery, startInput()));

    expect(result).toEqual({ outcome: 'discarded', attempts: 2 + DEFAULT_RETRY_SCHEDULE_MS.length });
    expect(script.attempts.map((attempt) => attempt.attempt)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(script.attempts.map((attempt) => attempt.lastTry)).toEqual([...Array<boolean>(8).fill(false), true]);
    const tookMs = (script.attempts.at(-1)?.atMs ?? 0) - startedAtMs;
    const plannedMs = scheduleLengthMs(DEFAULT_RETRY_SCHEDULE_MS);
    expect(tookMs).toBeGreaterThan(plannedMs * 0.8);
    expect(tookMs).toBeLessThan(plannedMs * 1.21);
    expect(script.settled).toEqual([expect.objectContaining({ outcome: 'discarded', attempt: 11 })]);
  }, 60_000);

  test('delivers on a later attempt', async () => {
    const script = new ScriptedRetries((call) => (call < 3 ? failed : { kind: 'delivered' }));
    const result = await withWorkers(env, script, () => env.client.workflow.execute(retryDelivery, startInput()));
    expect(result).toEqual({ outcome: 'delivered', attempts: 5 });
  }, 60_000);

  test('waits without charging while the destination is suspended, and goes on when it is resumed', async () => {
    let suspended = true;
    const script = new ScriptedRetries(() =>
      suspended ? { kind: 'deferred', health: 'paused_auto' } : { kind: 'delivered' },
    );
    const result = await withWorkers(env, script, async () => {
      const handle = await env.client.workflow.start(retryDelivery, startInput());
      await env.sleep('200 hours');
      suspended = false;
      await handle.signal(resumedSignal);
      return handle.result();
    });
    expect(result).toEqual({ outcome: 'delivered', attempts: 3 });
    expect(new Set(script.attempts.map((attempt) => attempt.attempt))).toEqual(new Set([3]));
  }, 60_000);

  test('an endpoint that recovers again and again only to fail uses up nothing of the schedule', async () => {
    const script = new ScriptedRetries(() => failed);
    const input = startInput();
    input.args[0].scheduleMs = [3_600_000, 3_600_000];
    const result = await withWorkers(env, script, async () => {
      const handle = await env.client.workflow.start(retryDelivery, input);
      for (let recoveries = 1; recoveries <= 5; recoveries += 1) {
        await handle.signal(resumedSignal);
        await eventually(() => expect(script.attempts).toHaveLength(recoveries));
      }
      return handle.result();
    });
    expect(result).toEqual({ outcome: 'discarded', attempts: 2 + 5 + 2 });
    expect(script.attempts.map(({ lastTry }) => lastTry)).toEqual([...Array<boolean>(6).fill(false), true]);
    const waitedMs = (script.attempts.at(-1)?.atMs ?? 0) - (script.attempts[4]?.atMs ?? 0);
    expect(waitedMs).toBeGreaterThan(2 * 3_600_000 * 0.75);
  }, 60_000);

  test('tells its end that it was dropped for a deletion, which may be taken back meanwhile', async () => {
    const script = new ScriptedRetries(() => ({ kind: 'dropped', reason: 'deleted', webhookDeleted: true }));
    const result = await withWorkers(env, script, () => env.client.workflow.execute(retryDelivery, startInput()));
    expect(result).toEqual({ outcome: 'dropped', attempts: 2 });
    expect(script.settled).toEqual([expect.objectContaining({ outcome: 'dropped', webhookDeleted: true })]);
  }, 60_000);

  test('is tried at once when somebody asks for it, which uses up nothing of its schedule', async () => {
    const script = new ScriptedRetries((call) => (call === 1 ? failed : { kind: 'delivered' }));
    const input = startInput();
    input.args[0].scheduleMs = [3_600_000];
    const temporal = { client: env.client } as unknown as TemporalClient;
    const startedAtMs = await env.currentTimeMs();
    const result = await withWorkers(env, script, async () => {
      const handle = await env.client.workflow.start(retryDelivery, input);
      const nobody = retryDeliveryWorkflowId('d1', '00000000-0000-4000-8000-ffffffffffff');
      expect(await retryNow(temporal, [nobody, input.workflowId])).toEqual([input.workflowId]);
      await eventually(() => expect(script.attempts).toHaveLength(1));
      await retryNow(temporal, [input.workflowId]);
      return handle.result();
    });
    expect(result).toEqual({ outcome: 'delivered', attempts: 4 });
    expect(script.attempts.map(({ lastTry }) => lastTry)).toEqual([false, false]);
    expect(script.attempts[1]!.atMs - startedAtMs).toBeLessThan(600_000);
  }, 60_000);

  test('ends at once when no later attempt can deliver the event', async () => {
    const script = new ScriptedRetries(() => ({ kind: 'failed', errorCode: 'x', chargesAttempt: true, isOver: true }));
    const result = await withWorkers(env, script, () => env.client.workflow.execute(retryDelivery, startInput()));
    expect(result).toEqual({ outcome: 'discarded', attempts: 3 });
  }, 60_000);

  test('a receiver that asks for patience for ever is told to the attempt that counts, so that the log has an end', async () => {
    const script = new ScriptedRetries(() => ({ kind: 'failed', errorCode: 'http_429', chargesAttempt: false }));
    const input = startInput();
    input.args[0].scheduleMs = [1_000, 1_000];
    const result = await withWorkers(env, script, () => env.client.workflow.execute(retryDelivery, input));
    expect(result.outcome).toBe('discarded');
    const impatient = script.attempts.filter(({ outOfPatience }) => outOfPatience === true);
    expect(impatient.map(({ lastTry }) => lastTry)).toEqual([false, true]);
    expect(impatient.at(-1)).toBe(script.attempts.at(-1));
  }, 60_000);

  test('Retry-After delays the next attempt and a throttled attempt is not charged', async () => {
    const script = new ScriptedRetries((call) =>
      call <= 20
        ? { kind: 'failed', errorCode: 'http_429', chargesAttempt: false, retryAfterMs: 3_600_000 }
        : { kind: 'delivered' },
    );
    const result = await withWorkers(env, script, () => env.client.workflow.execute(retryDelivery, startInput()));
    expect(result.outcome).toBe('delivered');
    const [first, second] = script.attempts;
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(3_600_000);
  }, 60_000);

  test('sleeps no longer than its time to live, and ends as expired', async () => {
    let endMs = Number.POSITIVE_INFINITY;
    const script: ScriptedRetries = new ScriptedRetries((): AttemptRetryResult =>
      script.attempts.at(-1)!.atMs >= endMs ? { kind: 'expired' } : failed,
    );
    const input = startInput();
    const startedAtMs = await env.currentTimeMs();
    endMs = startedAtMs + 30 * 60_000;
    Object.assign(input.args[0], { scheduleMs: [60_000, 14 * HOUR_MS, 24 * HOUR_MS], expiresAtMs: endMs });
    const result = await withWorkers(env, script, () => env.client.workflow.execute(retryDelivery, input));
    expect(result).toEqual({ outcome: 'expired', attempts: 3 });
    expect(script.settled).toEqual([expect.objectContaining({ outcome: 'expired', attempt: 3 })]);
    expect(script.attempts).toHaveLength(2);
    const lastMs = script.attempts[1]?.atMs ?? 0;
    expect(lastMs - endMs).toBeGreaterThanOrEqual(0);
    expect(lastMs - endMs).toBeLessThan(60_000);
  }, 60_000);

  test('a time to live that is made longer meanwhile gives it its schedule back', async () => {
    const script = new ScriptedRetries((call) =>
      call === 1 ? { kind: 'failed', errorCode: 'x', chargesAttempt: true, expiresAtMs: null } : { kind: 'delivered' },
    );
    const input = startInput();
    const startedAtMs = await env.currentTimeMs();
    Object.assign(input.args[0], { scheduleMs: [5 * HOUR_MS], expiresAtMs: startedAtMs + HOUR_MS, replayed: true });
    const result = await withWorkers(env, script, () => env.client.workflow.execute(retryDelivery, input));
    expect(result).toEqual({ outcome: 'delivered', attempts: 4 });
    // The first one was early: neither the last, nor charged.
    expect(script.attempts.map(({ lastTry, replayed }) => [lastTry, replayed])).toEqual([
      [false, true],
      [true, true],
    ]);
    const waitedMs = script.attempts.map(({ atMs }) => atMs - startedAtMs);
    expect(waitedMs[0]).toBeLessThan(1.2 * HOUR_MS);
    expect(waitedMs[1]).toBeGreaterThan(3.9 * HOUR_MS);
  }, 60_000);

  test.each([
    ['ahead of', -20 * 60_000],
    ['behind', 20 * 60_000],
  ])(
    'waits until its end also while the clock of Temporal is twenty minutes %s that of events',
    async (_name, offMs) => {
      // By Temporal's clock, which the activities of this test have too; `expiresAtMs` is by that of events.
      const startedAtMs = await env.currentTimeMs();
      const endMs = startedAtMs + 30 * 60_000;
      const endOf = (atMs: number): { expiresAtMs: number; expiresInMs: number } => ({
        ...{ expiresAtMs: endMs + offMs, expiresInMs: endMs - atMs },
      });
      const script: ScriptedRetries = new ScriptedRetries((): AttemptRetryResult => {
        const { atMs } = script.attempts.at(-1)!;
        return atMs >= endMs ? { kind: 'expired' } : { ...failed, ...endOf(atMs) };
      });
      const input = startInput();
      Object.assign(input.args[0], { scheduleMs: [60_000, 14 * HOUR_MS], ...endOf(startedAtMs) });
      const result = await withWorkers(env, script, () => env.client.workflow.execute(retryDelivery, input));
      expect(result.outcome).toBe('expired');
      expect(script.attempts).toHaveLength(2);
      expect((script.attempts[1]?.atMs ?? 0) - endMs).toBeLessThan(60_000);
    },
    60_000,
  );

  test('while its webhook is suspended it looks no later than at its end', async () => {
    const startedAtMs = await env.currentTimeMs();
    const endMs = startedAtMs + 90 * 60_000;
    const script: ScriptedRetries = new ScriptedRetries((): AttemptRetryResult =>
      script.attempts.at(-1)!.atMs >= endMs
        ? { kind: 'expired' }
        : { kind: 'deferred', health: 'paused_auto', expiresAtMs: endMs },
    );
    const result = await withWorkers(env, script, () => env.client.workflow.execute(retryDelivery, startInput()));
    expect(result).toEqual({ outcome: 'expired', attempts: 2 });
    expect((script.attempts.at(-1)?.atMs ?? 0) - endMs).toBeLessThan(60_000);
  }, 60_000);

  test('a pause by a user that lasts for months costs a look a day, and `resumed` ends it at once', async () => {
    let paused = true;
    const script = new ScriptedRetries(() =>
      paused ? { kind: 'deferred', health: 'paused_user' } : { kind: 'delivered' },
    );
    const result = await withWorkers(env, script, async () => {
      const handle = await env.client.workflow.start(retryDelivery, startInput());
      await env.sleep('60 days');
      paused = false;
      const resumedAtMs = await env.currentTimeMs();
      await handle.signal(resumedSignal);
      const done = await handle.result();
      expect((script.attempts.at(-1)?.atMs ?? 0) - resumedAtMs).toBeLessThan(60_000);
      return done;
    });
    expect(result).toEqual({ outcome: 'delivered', attempts: 3 });
    expect(script.attempts.length).toBeGreaterThan(60);
    expect(script.attempts.length).toBeLessThan(80);
  }, 60_000);

  test('ends when an operator cancels it', async () => {
    const script = new ScriptedRetries(() => failed);
    const result = await withWorkers(env, script, async () => {
      const handle = await env.client.workflow.start(retryDelivery, startInput());
      await handle.signal(cancelDeliverySignal);
      return handle.result();
    });
    expect(result.outcome).toBe('dropped');
    expect(script.settled).toHaveLength(1);
  }, 60_000);
});
