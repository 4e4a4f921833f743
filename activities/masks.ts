import { createHmac } from 'node:crypto';
import { appendAttempts } from '../clickhouse/attempt-log.ts';
import type { AttemptVia } from '../core/attempts.ts';
import { keyedEvents, windowMicrosOf, type KeyedEvent, type Mask } from '../core/masking.ts';
import type { TailEvent } from '../core/webhook-event.ts';
import { maskedRecord, momentOf } from '../delivery/attempt.ts';
import type { LaneConfig } from '../delivery/shard/lane-config.ts';
import type { MaskPort } from '../delivery/shard/ports.ts';
import { teamHashKey } from '../store/hash-keys.ts';
import { claimMasks } from '../store/mask-claims.ts';
import { systemClock } from './clock.ts';
import type { ActivityDeps } from './deps.ts';

type Deps = Pick<ActivityDeps, 'db' | 'box'>;

/** Claims as rows of Postgres. Keys are hashed with a secret of the team, and a changed setting begins with new ones. */
export function maskPort({ db, box }: Deps): MaskPort {
  const secrets = new Map<number, Promise<Buffer>>();
  const secretOf = (teamId: number): Promise<Buffer> => {
    const secret = secrets.get(teamId) ?? teamHashKey(db, box, teamId);
    secrets.set(teamId, secret);
    // A database that was away is asked again.
    secret.catch(() => secrets.delete(teamId));
    return secret;
  };
  return {
    claim: async ({ destinationId, teamId, mask, events }) => {
      const secret = await secretOf(teamId);
      return claimMasks(db, {
        destinationId,
        windowMicros: windowMicrosOf(mask),
        events: keyedEvents(mask, events).map(hashed(mask, secret)),
      });
    },
  };
}

function hashed({ by }: Mask, secret: Buffer): (event: KeyedEvent) => KeyedEvent {
  return ({ key, ...event }) => {
    const hash = createHmac('sha256', secret).update(JSON.stringify([by, key]));
    return { ...event, key: hash.digest('hex') };
  };
}

/** Those of the events that the webhook may be sent; the log says of the others which event masks them. */
export async function withoutMasked(
  deps: ActivityDeps,
  config: LaneConfig,
  events: readonly TailEvent[],
  via: AttemptVia,
): Promise<TailEvent[]> {
  const { destinationId, teamId, mask } = config;
  if (mask === undefined) {
    return [...events];
  }
  const maskedBy = await maskPort(deps).claim({ destinationId, teamId, mask, events });
  const now = momentOf({ clock: systemClock, eventClock: deps.eventClock });
  const masked = events.flatMap((event) => {
    const holder = maskedBy.get(event.uuid);
    const input = { config, event, attempt: 0, via };
    return holder === undefined ? [] : [maskedRecord(input, holder, now)];
  });
  if (masked.length > 0) {
    await appendAttempts(deps.clickhouse, masked);
    masked.forEach((record) => {
      deps.metrics.attempt(record);
    });
  }
  return events.filter(({ uuid }) => !maskedBy.has(uuid));
}
