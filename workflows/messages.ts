import { defineQuery, defineSignal } from '@temporalio/workflow';
import type { BackfillLook, DueReconciliationsInput } from '../activities/types.ts';
import type { ShownHealth } from '../core/endpoint-health.ts';
import type { ErasedRows, ErasureStatus } from '../core/erasure.ts';
import type { ExportRef } from '../core/export-ref.ts';
import type { RunQueue } from '../core/ids.ts';
import type { ReplayCounts, ReplayScope, ReplayStatus } from '../core/replays.ts';
import type { TrafficReport } from '../core/traffic.ts';

/** Input of `batchExport`. A Schedule gives no `intervalEnd`: the nominal start time is the interval's end. */
export interface BatchExportInput extends ExportRef {
  /** RFC 3339. Absent in runs that a Schedule starts. */
  intervalStart?: string;
  intervalEnd?: string;
  trigger: 'schedule' | 'manual' | 'backfill' | 'gap_fill' | 'on_demand';
  /** Export the interval again although it is committed; the new files replace the old ones. */
  force?: boolean;
  /** Replace also files that a restored database knows nothing of and that have more rows than the source has. */
  replacesKept?: boolean;
  /** The version of the export's settings to run with. Absent: the one at the start of the run. */
  configVersion?: number;
  /** Whose slots its activities take, and how gently they read. Absent: those of live runs. */
  queue?: RunQueue;
  /** The repair of a reconciliation that the run is for: it may load some rows only. */
  repairId?: string;
}

export interface BatchExportResult {
  runId: string | undefined;
  status: 'completed' | 'failed' | 'failed_retryable' | 'cancelled' | 'over_quota' | 'skipped';
  rows: number;
  bytes: number;
  files: number;
  errorCode?: string;
  errorMessage?: string;
}

export interface BackfillInput extends ExportRef {
  backfillId: string;
}

/** A user has changed the backfill's row: paused, resumed, cancelled it, or wants failed intervals again. */
export const backfillChangedSignal = defineSignal('backfillChanged');
/** What its last look has found; undefined before the first. */
export const backfillProgressQuery = defineQuery<BackfillLook | undefined>('progress');

/** Committed intervals of an export within a range are compared, and repaired unless it is a dry run. */
export interface ReconcileExportInput extends ExportRef {
  /** RFC 3339. */
  from: string;
  to: string;
  dryRun: boolean;
  /** Delete copies of rows also where that writes the rows that stay anew. */
  repairCopies?: boolean;
  trigger: 'manual' | 'schedule';
  /** Only intervals that have been reconciled so often. */
  times?: number;
  /** Carried over continue-as-new. */
  progress?: ReconcileProgress;
}

export interface ReconcileProgress {
  reconciliationId: string;
  compared: number;
  skipped: number;
  differing: number;
  repaired: number;
  failed: number;
  /** End of the last interval that was compared; absent at the beginning and at the end. */
  after?: string;
}

/** Carried over continue-as-new; a Schedule gives nothing. */
export interface ReconcileDueInput extends DueReconciliationsInput {
  due?: number;
  failed?: number;
}

export type ReconcileExportResult = Omit<ReconcileProgress, 'after'>;

export interface DeliverShardInput {
  shard: number;
  shardCount: number;
}

/** Carried over continue-as-new. */
export interface WebhookInput {
  destinationId: string;
  teamId: number;
  name: string;
  health?: WebhookHealth;
  /** Probes made since the destination was paused; sets the next probe's delay. */
  probes?: number;
  totals?: TrafficReport;
  /** Newest last, at most 20. */
  transitions?: HealthTransition[];
  pausedFrom?: WebhookHealth;
}

export type WebhookHealth = ShownHealth | 'deleted';

export interface HealthTransition {
  to: WebhookHealth;
  at: string;
  evidence: Record<string, unknown>;
}

export interface WebhookState {
  health: WebhookHealth;
  probes: number;
  totals: TrafficReport;
  transitions: HealthTransition[];
  /** What the health was when the user paused the webhook. */
  pausedFrom?: WebhookHealth;
}

export const healthChangedSignal =
  defineSignal<[{ to: WebhookHealth; evidence: Record<string, unknown> }]>('healthChanged');
export type DestinationChange = 'created' | 'updated' | 'paused' | 'resumed' | 'deleted' | 'restored' | 'check_passed';
/** A user changed the destination. */
export const destinationChangedSignal = defineSignal<[{ change: DestinationChange }]>('destinationChanged');
export const trafficSignal = defineSignal<[TrafficReport]>('report');
export const webhookStateQuery = defineQuery<WebhookState>('state');

export interface RetryDeliveryInput {
  destinationId: string;
  teamId: number;
  eventUuid: string;
  eventInsertedAtMicros: number;
  /** Attempts made on the hot path. */
  attemptsMade: number;
  scheduleMs: number[];
  /** What the receiver asked for with its last answer. */
  retryAfterMs?: number;
  /** From when on the event is not sent any more, by ClickHouse's clock. Absent: there is no such time, as far as the shard knows. */
  expiresAtMs?: number;
  /** The same, from its start on: Temporal's clock may differ. */
  expiresInMs?: number;
  /** A replay has sent it: the webhook's time to live does not apply. */
  replayed?: true;
  /** The event is sent again although it may have been delivered: deliveries up to this attempt do not count. */
  replayedAfterAttempt?: number;
}

export interface RetryDeliveryResult {
  outcome: 'delivered' | 'discarded' | 'expired' | 'dropped';
  attempts: number;
}

/** The destination is healthy again: try now instead of at the next look. */
export const resumedSignal = defineSignal('resumed');
/** An operator wants the next attempt now. */
export const retryNowSignal = defineSignal('retryNow');
export const cancelDeliverySignal = defineSignal('cancelDelivery');
export const retryStateQuery = defineQuery<RetryState>('state');

/** What a retried delivery waits for. */
export interface RetryState {
  attempts: number;
  /** Absent while it makes an attempt. */
  waitingUntil: string | undefined;
  /** It makes no attempt at that time: it looks whether its destination takes traffic, or is at its end. */
  deferred: boolean;
}

/** The record of a replay; the shard of its webhook does the work. */
export interface ReplayInput {
  replayId: string;
  destinationId: string;
  teamId: number;
  /** The webhook's. */
  name: string;
  scope: ReplayScope;
}

export interface ReplayResult extends ReplayCounts {
  status: ReplayStatus;
}

/** The row of the replay is another one: look now instead of at the next look. */
export const replayChangedSignal = defineSignal('changed');
export const pauseReplaySignal = defineSignal('pause');
export const resumeReplaySignal = defineSignal('resume');
export const cancelReplaySignal = defineSignal('cancel');

/** Who is erased is in the control plane, sealed. */
export interface ErasureInput {
  erasureId: string;
}

export interface ErasureResult {
  status: Exclude<ErasureStatus, 'running'>;
  erased: ErasedRows;
}

/** One notice through one channel. What it says is in the control plane. */
export interface NotificationInput {
  noticeId: string;
  channelId: string;
}
