import type { Generated } from 'kysely';
import type { EndpointHealth, ShownHealth } from '../core/endpoint-health.ts';
import type { ReplayScope, ReplayStatus } from '../core/replays.ts';
import type { Stamp } from './tables.ts';

/** Shards, cursors, endpoints and what is sent to them. */
export interface DeliveryTables {
  deliveryAudits: DeliveryAuditsTable;
  deliveryDivision: DeliveryDivisionTable;
  deliveryShards: DeliveryShardsTable;
  destinationCursors: DestinationCursorsTable;
  endpointStates: EndpointStatesTable;
  endpointTransitions: EndpointTransitionsTable;
  lostDeliveries: LostDeliveriesTable;
  replays: ReplaysTable;
  webhookLogEnds: WebhookLogEndsTable;
  webhookMessages: WebhookMessagesTable;
  restHooks: RestHooksTable;
}

export interface DeliveryAuditsTable {
  destinationId: string;
  auditedMicros: number;
  filterChangedAt: Date | null;
  updatedAt: Stamp;
}

/** One row. */
export interface DeliveryDivisionTable {
  onlyRow: Generated<boolean>;
  shards: number;
}

export interface DeliveryShardsTable {
  shard: number;
  epoch: number;
  owner: string;
  takenAt: Stamp;
}

export interface DestinationCursorsTable {
  destinationId: string;
  positionMicros: number;
  afterUuid: string | null;
  updatedAt: Stamp;
}

export interface EndpointStatesTable {
  destinationId: string;
  health: Generated<EndpointHealth>;
  since: Stamp;
  evidence: Generated<Record<string, unknown>>;
  resumeEpoch: Generated<number>;
  nextProbeAt: Date | null;
  openRetries: Generated<number>;
}

/** A member by e-mail address, or an API key by name. */
export interface ChangedBy {
  kind: 'user' | 'key';
  name: string;
}

export interface EndpointTransitionsTable {
  id: Generated<number>;
  destinationId: string;
  fromHealth: ShownHealth;
  toHealth: ShownHealth;
  evidence: Record<string, unknown>;
  /** Null: Sluice itself, or nobody knows. */
  changedBy: ChangedBy | null;
  changedAt: Stamp;
}

export interface LostDeliveriesTable {
  destinationId: string;
  fromMicros: number;
  untilMicros: number;
  events: number;
  toldAt: Stamp;
}

export interface ReplaysTable {
  id: string;
  teamId: number;
  destinationId: string;
  scope: ReplayScope;
  fromMicros: number;
  untilMicros: number;
  eventKeys: { uuid: string; insertedAtMicros: number }[] | null;
  status: Generated<ReplayStatus>;
  positionMicros: number;
  afterUuid: string | null;
  planned: Generated<number>;
  plannedIsMinimum: Generated<boolean>;
  delivered: Generated<number>;
  failed: Generated<number>;
  skipped: Generated<number>;
  createdAt: Stamp;
  begunAt: Date | null;
  endedAt: Date | null;
}

export interface RestHooksTable {
  destinationId: string;
  teamId: number;
  /** This and `targetUrl` as they were subscribed: the webhook has what holds now. */
  event: string;
  targetUrl: string;
  createdBy: string;
  expiresAt: Date | null;
  removedAt: Date | null;
  removedReason: 'unsubscribed' | 'gone' | 'expired' | null;
  createdAt: Stamp;
}

export interface WebhookLogEndsTable {
  destinationId: string;
  toldMicros: number | null;
  waitingMicros: number | null;
  updatedAt: Stamp;
}

export interface WebhookMessagesTable {
  id: string;
  teamId: number;
  destinationId: string;
  eventType: string;
  payload: string;
  idempotencyKey: string | null;
  contentHash: Buffer;
  expiresAt: Date;
  handedOverAt: Date | null;
  createdAt: Stamp;
}
