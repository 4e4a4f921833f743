import { expect } from '@jest/globals';
import { percentile } from '../../bench/numbers.ts';
import { paced } from '../../bench/webhook-trickle.ts';
import { uuids, type Hook, type WebhookTeam } from '../e2e/support/webhook-team.ts';
import { eventually } from '../support/eventually.ts';

const BATCH = 10;
const BATCH_EVERY_MS = 500;

export interface SteadyLoad {
  /** When capture was asked first to take an event, by its uuid; it has taken it. */
  sentAtMs: ReadonlyMap<string, number>;
  /** Idempotent. */
  end(): Promise<void>;
}

/** Twenty events a second through capture's HTTP API, whatever a request takes; a refused batch is sent again. */
export function startLoad(team: WebhookTeam): SteadyLoad {
  const sentAtMs = new Map<string, number>();
  let over = false;
  const ended = paced(
    BATCH_EVERY_MS,
    () => over,
    async () => {
      const atMs = Date.now();
      const batch = uuids(BATCH).map((uuid) => ({ uuid }));
      const captured = await eventually(() => team.capture(batch), { timeoutMs: 60_000, intervalMs: 500 });
      captured.forEach((uuid) => sentAtMs.set(uuid, atMs));
    },
  );
  return {
    sentAtMs,
    end: async () => {
      over = true;
      await ended;
    },
  };
}

type Sent = Pick<SteadyLoad, 'sentAtMs'>;

/** Milliseconds from capture to the first 2xx, of every event of that time that the receiver has accepted. */
export function lagsMs(hook: Hook, load: Sent, during: { fromMs?: number; untilMs?: number } = {}): number[] {
  return [...lagByEvent(hook, load, during).values()];
}

function lagByEvent(
  { receiver, idsOf }: Hook,
  { sentAtMs }: Sent,
  { fromMs = 0, untilMs = Infinity },
): Map<string, number> {
  const acceptedAtMs = new Map<string, number>();
  for (const { webhookId, status, receivedAtMs } of receiver.requests) {
    if (status === 200 && !acceptedAtMs.has(webhookId)) {
      acceptedAtMs.set(webhookId, receivedAtMs);
    }
  }
  const ofThatTime = [...sentAtMs].filter(([, atMs]) => atMs >= fromMs && atMs < untilMs);
  return new Map(
    ofThatTime.flatMap(([uuid, atMs]): [string, number][] => {
      const [id = ''] = idsOf([uuid]);
      const accepted = acceptedAtMs.get(id);
      return accepted === undefined ? [] : [[uuid, accepted - atMs]];
    }),
  );
}

/** Of the worker of a test whose control has a shard of its own. */
export const SHARDS = 2;
/** What is in trouble, and what must not feel it. */
export const TROUBLED = { shard: 0, shards: SHARDS };
/** Gets the same events at the same time, and nothing beside it is in trouble. */
export const CONTROL = { shard: 1, shards: SHARDS };

/**
 * Beside the control: an event's times with both are compared, so that a machine that stands still, a slow insert and a slow
 * poll, which both have, count for nothing. Left is what falls between two requests for one event: a millisecond for half of
 * them and 15 for the worst, beside other tests on two cores. A machine that stands still for a second may do so there, and of
 * forty events one is the p99.
 */
const BESIDE_MS = { p50: 25, p95: 250, p99: 1_000 };
/**
 * Against the time before: what both shards of the worker feel. Here that was a second for the worst, when the machine stood
 * still; somebody else's trouble lasts for longer, and for more events.
 */
/** A machine is busier at one time than at another, for the control too: that is what `beside` is for. */
const SINCE_MS = { p50: 900, p95: 3_000, p99: 6_000 };
const PERCENTS = { p50: 0.5, p95: 0.95, p99: 0.99 };
/** Below it a percentile says nothing. */
const FEWEST = 20;

/** Its latency is what the control's is, event by event, and what it was before the trouble of another began. */
export function expectUndisturbed(
  { hook, control }: { hook: Hook; control: Hook },
  load: Sent,
  troubleSinceMs: number,
): void {
  const before = lagsMs(hook, load, { untilMs: troubleSinceMs });
  const during = lagByEvent(hook, load, { fromMs: troubleSinceMs });
  const controls = lagByEvent(control, load, { fromMs: troubleSinceMs });
  expect([...during.keys()].filter((uuid) => !controls.has(uuid))).toEqual([]);
  expect(Math.min(before.length, during.size)).toBeGreaterThanOrEqual(FEWEST);
  const lags = [...during.values()];
  const beside = [...during].map(([uuid, lagMs]) => lagMs - (controls.get(uuid) ?? 0));
  for (const name of ['p50', 'p95', 'p99'] as const) {
    const percent = PERCENTS[name];
    expect(percentile(beside, percent)).toBeLessThan(BESIDE_MS[name]);
    expect(percentile(lags, percent)).toBeLessThan(percentile(before, percent) + SINCE_MS[name]);
  }
}
