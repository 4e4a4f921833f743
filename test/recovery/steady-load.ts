import { paced } from '../../bench/webhook-trickle.ts';
import type { Hook, WebhookTeam } from '../e2e/support/webhook-team.ts';

const BATCH = 5;
const BATCH_EVERY_MS = 100;

export interface SteadyLoad {
  /** When capture was asked to take an event, by its uuid; it has taken it. */
  sentAtMs: ReadonlyMap<string, number>;
  end(): Promise<void>;
}

/** Fifty events a second through capture's HTTP API, whatever a request takes. */
export function startLoad(team: WebhookTeam): SteadyLoad {
  const sentAtMs = new Map<string, number>();
  let over = false;
  const ended = paced(
    BATCH_EVERY_MS,
    () => over,
    async () => {
      const atMs = Date.now();
      for (const uuid of await team.capture(Array.from({ length: BATCH }, () => ({})))) {
        sentAtMs.set(uuid, atMs);
      }
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

/** Milliseconds from capture to the first 2xx, of every event that the receiver has accepted. */
export function lagsMs({ receiver, idsOf }: Hook, { sentAtMs }: SteadyLoad): number[] {
  const acceptedAtMs = new Map<string, number>();
  for (const { webhookId, status, receivedAtMs } of receiver.requests) {
    if (status === 200 && !acceptedAtMs.has(webhookId)) {
      acceptedAtMs.set(webhookId, receivedAtMs);
    }
  }
  return [...sentAtMs].flatMap(([uuid, atMs]) => {
    const [id = ''] = idsOf([uuid]);
    const accepted = acceptedAtMs.get(id);
    return accepted === undefined ? [] : [accepted - atMs];
  });
}
