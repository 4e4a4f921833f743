import { z } from 'zod';
import { LOG_KEPT_MS } from '../core/log-reach.ts';
import { dateOfMicros, type Micros } from '../core/time.ts';
import { listLost, waitingNearLogEnd } from '../store/log-ends.ts';
import type { BriefStanding } from '../store/webhook-standings.ts';
import type { ApiDeps } from './deps.ts';
import { attentionOf, type Card } from './overview-view.ts';
import type { overviewSchema } from './overview-schema.ts';
import { timestamp } from './schemas.ts';

const LOST_SHOWN = 20;

const nearLogEnd = z.object({
  waiting_since: timestamp.describe('When the oldest event was captured that waits for the webhook.'),
  kept_until: timestamp.describe('The event log forgets it after that.'),
});

/** How a webhook stands to the end of the event log; of the state of its endpoint. */
export const logEndFields = {
  near_log_end: nearLogEnd.nullable().describe('What waits that the event log will forget within three days.'),
  lost: z
    .array(
      z.object({
        from: timestamp.describe('Of the capture.'),
        until: timestamp,
        events: z.number().int(),
        told_at: timestamp,
      }),
    )
    .describe('What the event log forgot before the webhook could be sent it; the newest first.'),
};

type LogEnd = z.output<z.ZodObject<typeof logEndFields>>;

export async function logEndView({ db }: ApiDeps, destinationId: string): Promise<LogEnd> {
  const [waiting, lost] = await Promise.all([
    waitingNearLogEnd(db, destinationId),
    listLost(db, { destinationId, limit: LOST_SHOWN }),
  ]);
  return {
    near_log_end: nearLogEndOf(waiting),
    lost: lost.map(({ fromMicros, untilMicros, events, toldAt }) => ({
      ...{ from: isoOf(fromMicros), until: isoOf(untilMicros), events, told_at: toldAt.toISOString() },
    })),
  };
}

function nearLogEndOf(waitingMicros: Micros | null): LogEnd['near_log_end'] {
  if (waitingMicros === null) {
    return null;
  }
  const since = dateOfMicros(waitingMicros);
  return {
    waiting_since: since.toISOString(),
    kept_until: new Date(since.getTime() + LOG_KEPT_MS).toISOString(),
  };
}

function isoOf(micros: Micros): string {
  return dateOfMicros(micros).toISOString();
}

/** Whoever has something to lose comes first, and once: also a webhook that a user has paused. Each of those has a card. */
export function webhookAttention(
  webhooks: readonly BriefStanding[],
  cards: readonly Card[],
): z.output<typeof overviewSchema>['attention'] {
  const byId = new Map(cards.map((card) => [card.id, card]));
  const near = webhooks.flatMap(({ id, name, status, waitingMicros }) => {
    const [end, card] = [nearLogEndOf(waitingMicros), byId.get(id)];
    if (end === null || card === undefined) {
      return [];
    }
    const reason = `events wait for it since ${end.waiting_since}, and are forgotten after ${end.kept_until}`;
    const remedy =
      status === 'paused' ? 'Resume it before that, or delete it.' : 'See to it that it takes them before.';
    return [{ product: card.product, id, name, health: card.health, reason, remedy }];
  });
  const told = new Set(near.map(({ id }) => id));
  return [...near, ...cards.filter(({ id }) => !told.has(id)).flatMap(attentionOf)];
}
