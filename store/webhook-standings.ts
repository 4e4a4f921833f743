import { sql } from 'kysely';
import type { EndpointHealth } from '../core/endpoint-health.ts';
import type { Database } from './database.ts';
import { WEBHOOK_KIND } from './destinations.ts';

/** What an overview says of one. */
export interface BriefStanding {
  id: string;
  name: string;
  kind: string;
  status: 'active' | 'paused';
  health: EndpointHealth;
  /** Everything ingested before is settled or waits for a retry; null: no shard has begun with it. */
  positionMicros: number | null;
  /** When the oldest event was ingested that waits near the end of the event log; null: none does. */
  waitingMicros: number | null;
}

export interface WebhookStanding extends BriefStanding {
  since: Date;
  openRetries: number;
}

export interface WebhookStandingsQuery {
  teamId: number;
  limit: number;
  /** Only these. */
  ids?: readonly string[];
}

/** Newest first, at most `limit`. */
export async function webhookStandings(
  db: Database,
  { teamId, limit, ids }: WebhookStandingsQuery,
): Promise<WebhookStanding[]> {
  return briefStandings(db, teamId)
    .select(['since', 'openRetries'])
    .$if(ids !== undefined, (query) => query.where('id', 'in', [...(ids ?? [])]))
    .orderBy('createdAt', 'desc')
    .limit(limit)
    .execute();
}

/** Webhooks of a team that are in one state: paused by a user, or the health of their endpoint. */
export interface WebhookGroup {
  state: EndpointHealth | 'paused';
  count: number;
  /** That of the farthest behind; null: no shard has begun with any. */
  positionMicros: number | null;
}

/**
 * All groups, however many webhooks there are, in no order, and at most `limit` webhooks: those first for which events will soon be
 * lost, or whose endpoint is not healthy, unless a user has paused them.
 */
export async function webhookOverview(
  db: Database,
  { teamId, limit }: { teamId: number; limit: number },
): Promise<{ groups: WebhookGroup[]; standings: BriefStanding[] }> {
  const found = await briefStandings(db, teamId)
    .orderBy(sql`status = 'active' AND health <> 'healthy' OR waiting_micros IS NOT NULL`, 'desc')
    .orderBy('createdAt', 'desc')
    .limit(limit + 1)
    .execute();
  const groups = found.length > limit ? await webhookGroups(db, teamId) : groupsOf(found);
  return { groups, standings: found.slice(0, limit) };
}

function groupsOf(all: readonly BriefStanding[]): WebhookGroup[] {
  const groups = new Map<WebhookGroup['state'], WebhookGroup>();
  for (const { status, health, positionMicros } of all) {
    const state = status === 'paused' ? status : health;
    const group = groups.get(state) ?? { state, count: 0, positionMicros };
    const known = [group.positionMicros, positionMicros].filter((micros) => micros !== null);
    const farthest = known.length === 0 ? null : Math.min(...known);
    groups.set(state, { state, count: group.count + 1, positionMicros: farthest });
  }
  return [...groups.values()];
}

async function webhookGroups(db: Database, teamId: number): Promise<WebhookGroup[]> {
  return webhooksOf(db, teamId)
    .select(sql<WebhookGroup['state']>`CASE WHEN status = 'paused' THEN 'paused' ELSE health END`.as('state'))
    .select(sql<number>`count(*)`.as('count'))
    .select(({ fn }) => fn.min('positionMicros').as('positionMicros'))
    .groupBy('state')
    .execute();
}

function briefStandings(db: Database, teamId: number) {
  return webhooksOf(db, teamId)
    .leftJoin('webhookLogEnds', 'webhookLogEnds.destinationId', 'destinations.id')
    .select(['id', 'name', 'status', 'health', 'positionMicros', 'waitingMicros'])
    .select(sql<string>`coalesce(config->>'kind', 'generic')`.as('kind'));
}

function webhooksOf(db: Database, teamId: number) {
  return db.kysely
    .selectFrom('destinations')
    .innerJoin('endpointStates', 'endpointStates.destinationId', 'destinations.id')
    .leftJoin('destinationCursors', 'destinationCursors.destinationId', 'destinations.id')
    .where('teamId', '=', teamId)
    .where('destinations.kind', '=', WEBHOOK_KIND)
    .where('deletedAt', 'is', null);
}
