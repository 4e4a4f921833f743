import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { System } from '../../dev/system.ts';
import { batching, liveProperties, paced } from '../webhook-trickle.ts';

export interface Captured {
  /** When each event was sent first, Date.now(), by uuid. Capture has answered 200 for all of them. */
  sentMs: Map<string, number>;
  /** Of requests that were answered at the first try. */
  answersMs: number[];
  /** Requests that had to be sent again, as the senders of events do it. */
  repeated: number;
}

export interface Capturing {
  captured: Readonly<Captured>;
  /** Resolves when everything that was begun is acknowledged. */
  end(): Promise<void>;
}

const REQUEST_TIMEOUT_MS = 15_000;
const REPEAT_EVERY_MS = 250;
/** The server is killed now and then, not away for long. */
const GIVE_UP_MS = 5 * 60_000;

/** Events at a steady rate through capture's HTTP API; each is sent until it is acknowledged. */
export function startCapture(system: Pick<System, 'apiUrl' | 'access'>, eventsPerSecond: number): Capturing {
  const { perBatch, everyMs } = batching(eventsPerSecond);
  const captured: Captured = { sentMs: new Map(), answersMs: [], repeated: 0 };
  let over = false;
  const ended = paced(
    everyMs,
    () => over,
    async () => {
      const uuids = Array.from({ length: perBatch }, () => randomUUID());
      const [sentMs, startedMs] = [Date.now(), performance.now()];
      const repeats = await send(system, uuids);
      if (repeats === 0) {
        captured.answersMs.push(performance.now() - startedMs);
      }
      captured.repeated += repeats;
      uuids.forEach((uuid) => captured.sentMs.set(uuid, sentMs));
    },
  );
  return {
    captured,
    end: async () => {
      over = true;
      await ended;
    },
  };
}

/** How often it had to be repeated. */
async function send({ apiUrl, access }: Pick<System, 'apiUrl' | 'access'>, uuids: readonly string[]): Promise<number> {
  const batch = uuids.map((uuid) => ({
    ...{ uuid, event: 'order completed', distinct_id: `user_${uuid.slice(0, 4)}` },
    properties: liveProperties(),
  }));
  const body = JSON.stringify({ api_key: access.captureToken, batch });
  const giveUpMs = performance.now() + GIVE_UP_MS;
  for (let repeats = 0; performance.now() < giveUpMs; repeats += 1) {
    if (await isTaken(`${apiUrl}/batch`, body)) {
      return repeats;
    }
    await sleep(REPEAT_EVERY_MS);
  }
  throw new Error('capture has not taken a batch for minutes');
}

async function isTaken(url: string, body: string): Promise<boolean> {
  try {
    const headers = { 'content-type': 'application/json' };
    const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
    const response = await fetch(url, { method: 'POST', headers, body, signal });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
