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
