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

/** Milliseconds from capture to the first 2xx, of every event of that time that the receiver has accepted. */
export function lagsMs(
  { receiver, idsOf }: Hook,
  { sentAtMs }: Pick<SteadyLoad, 'sentAtMs'>,
  { fromMs = 0, untilMs = Infinity } = {},
): number[] {
  const acceptedAtMs = new Map<string, number>();
  for (const { webhookId, status, receivedAtMs } of receiver.requests) {
    if (status === 200 && !acceptedAtMs.has(webhookId)) {
      acceptedAtMs.set(webhookId, receivedAtMs);
    }
  }
  const ofThatTime = [...sentAtMs].filter(([, atMs]) => atMs >= fromMs && atMs < untilMs);
  return ofThatTime.flatMap(([uuid, atMs]) => {
    const [id = ''] = idsOf([uuid]);
    const accepted = acceptedAtMs.get(id);
    return accepted === undefined ? [] : [accepted - atMs];
  });
}

/** A machine stands still at times; somebody else's trouble lasts for longer, and for more events. */
const SLACK_MS = { p50: 1_500, p99: 6_000 };
/** Below it a percentile says nothing. */
const FEWEST = 20;

/** Its latency is what it was before the trouble of another began. */
export function expectUndisturbed(hook: Hook, load: Pick<SteadyLoad, 'sentAtMs'>, troubleSinceMs: number): void {
  const before = lagsMs(hook, load, { untilMs: troubleSinceMs });
  const during = lagsMs(hook, load, { fromMs: troubleSinceMs });
  expect(Math.min(before.length, during.length)).toBeGreaterThanOrEqual(FEWEST);
  expect(percentile(during, 0.5)).toBeLessThan(percentile(before, 0.5) + SLACK_MS.p50);
  expect(percentile(during, 0.99)).toBeLessThan(percentile(before, 0.99) + SLACK_MS.p99);
}
