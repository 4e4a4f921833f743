import type { ShownHealth } from '../core/endpoint-health.ts';
import { REMINDER_MS } from '../core/notices.ts';
import { healthEventOf, healthNews, healthRemedy, type HealthNews, type HealthStep } from '../core/webhook-news.ts';
import type { Database, Queries } from './database.ts';
import type { ChangedBy } from './delivery-tables.ts';
import { raiseNoticeWith, type NoticeSend } from './notices.ts';
import { tellOperations } from './operational-events.ts';
import type { Row } from './tables.ts';
import { json, nullableJson } from './values.ts';

export type EndpointTransition = Row<'endpointTransitions'>;

export interface NewTransition extends HealthStep {
  destinationId: string;
  /** Absent: Sluice itself. */
  by?: ChangedBy | undefined;
}

/**
 * Puts it on record and tells of it, exactly when the transaction commits. Answers notices to be sent: each needs its
 * workflow, or a sweep finds it later.
 */
export async function recordTransition(tx: Queries, transition: NewTransition): Promise<NoticeSend[]> {
  const { destinationId, from, to, evidence, by = null } = transition;
  const { id } = await tx
    .insertInto('endpointTransitions')
    .values({
      destinationId,
      fromHealth: from,
      toHealth: to,
      evidence: json(evidence),
      changedBy: nullableJson(by),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const webhook = await toldOf(tx, destinationId);
  if (webhook === undefined) {
    return [];
  }
  const ids = { webhook_id: destinationId, webhook_name: webhook.name };
  await tellOperations(tx, {
    ...{ teamId: webhook.teamId, type: healthEventOf(transition), aboutWebhook: destinationId },
    key: `health/${String(id)}`,
    payload: { ...ids, from, to, evidence, remedy: healthRemedy(transition), by },
  });
  return tellPeopleOf(tx, webhook, transition);
}

type Lasting = Pick<NewTransition, 'destinationId' | 'to' | 'evidence'>;

/** Of a health that lasts, too: what a team was told is told again while it does. */
export async function tellPeople(
  tx: Queries,
  lasting: Lasting,
  newsOf?: (name: string) => HealthNews | undefined,
): Promise<NoticeSend[]> {
  const webhook = await toldOf(tx, lasting.destinationId);
  return webhook === undefined ? [] : tellPeopleOf(tx, webhook, lasting, newsOf);
}

async function tellPeopleOf(
  tx: Queries,
  webhook: Told,
  { destinationId, to, evidence }: Lasting,
  newsOf = (name: string): HealthNews | undefined => healthNews(name, { to, evidence }),
): Promise<NoticeSend[]> {
  const news = newsOf(webhook.name);
  if (news === undefined) {
    return [];
  }
  const details = { webhook_id: destinationId, webhook_name: webhook.name, health: to, evidence };
  const notice = { teamId: webhook.teamId, subject: `webhook/${destinationId}`, topic: 'health', details, ...news };
  return raiseNoticeWith(tx, notice, { now: new Date(), reminderMs: REMINDER_MS });
}

/** Whose webhook it is, and what it is called. */
interface Told {
  teamId: number;
  name: string;
}

/** Nobody is told of one that is deleted. */
async function toldOf(tx: Queries, id: string): Promise<Told | undefined> {
  return tx
    .selectFrom('destinations')
    .select(['teamId', 'name'])
    .where('id', '=', id)
    .where('deletedAt', 'is', null)
    .executeTakeFirst();
}

/** A user's pause and its end stand in the history of the endpoint, whose health they leave as it is. */
export async function recordUserPause(
  tx: Queries,
  { destinationId, status, by }: { destinationId: string; status: 'active' | 'paused'; by?: ChangedBy | undefined },
): Promise<void> {
  // Without a lock: whoever changes it may be waiting for the row of the webhook, which the caller holds.
  const state = await tx
    .selectFrom('endpointStates')
    .select('health')
    .where('destinationId', '=', destinationId)
    .executeTakeFirst();
  const health = state?.health ?? 'healthy';
  const step: Record<typeof status, { from: ShownHealth; to: ShownHealth; reason: string }> = {
    paused: { from: health, to: 'paused_user', reason: 'the webhook was paused' },
    active: { from: 'paused_user', to: health, reason: 'the webhook was resumed' },
  };
  const { reason, ...change } = step[status];
  await recordTransition(tx, { destinationId, ...change, evidence: { reason }, by });
}

/** Newest first. */
export async function listTransitions(
  db: Database,
  page: { destinationId: string; limit: number; beforeId?: number },
): Promise<EndpointTransition[]> {
  let query = db.kysely
    .selectFrom('endpointTransitions')
    .selectAll()
    .where('destinationId', '=', page.destinationId)
    .orderBy('id', 'desc')
    .limit(page.limit);
  if (page.beforeId !== undefined) {
    query = query.where('id', '<', page.beforeId);
  }
  return query.execute();
}
