import type { ExportRef } from '../core/export-ref.ts';
import type { ReconcileWish, RunQueue } from '../core/ids.ts';
import type { ReplayScope } from '../core/replays.ts';
import type { ScheduleSpec } from '../core/schedule-spec.ts';
import type { HistoryStatistics } from '../core/statistics.ts';

/** When Temporal has to start its runs. */
export interface ExportSchedule extends ExportRef {
  spec: ScheduleSpec;
  jitterSeconds: number;
  /** End of the first interval that the start date allows. */
  firstEnd: Date | null;
  endAt: Date | null;
  paused: boolean;
}

export interface ManualRun extends ExportRef {
  intervalStart: Date;
  intervalEnd: Date;
  trigger: 'manual' | 'on_demand';
  /** Repeat an interval that has been exported already. */
  force: boolean;
  /** Version of the export's settings; absent: the present one. */
  configVersion?: number;
  /** Absent: `exports`. */
  queue?: RunQueue;
  /** An open run of the interval: `join` it, or, absent, `follow` it when it is about to close. */
  whenOpen?: 'join' | 'follow';
}

/** Which backfill, and what its runs are told. */
export type BackfillRef = Omit<ExportRef, 'paused'> & { backfillId: string };

export interface WebhookChange {
  destinationId: string;
  teamId: number;
  name: string;
  change: 'created' | 'updated' | 'paused' | 'resumed' | 'deleted' | 'restored' | 'check_passed';
}

export interface StatisticsRequest {
  destinationId: string;
  webhook: boolean;
  from: Date;
  to: Date;
}

/** A replay whose record Temporal has to keep. */
export interface ReplayRef {
  replayId: string;
  destinationId: string;
  teamId: number;
  /** The webhook's. */
  name: string;
  scope: ReplayScope;
}

/**
 * The port through which the API steers Temporal; client/ implements it. Each call is idempotent, so that a request
 * that failed half-way is simply repeated.
 */
export interface ControlPlane {
  upsertExportSchedule(schedule: ExportSchedule): Promise<void>;
  deleteExportSchedule(exportId: string): Promise<void>;
  startExportRun(run: ManualRun): Promise<{ workflowId: string }>;
  /** Compares what was exported in a range, and repairs it unless it is a dry run. */
  reconcileExport(range: ExportRef & ReconcileWish): Promise<{ workflowId: string }>;
  /** Asks an open run to end. */
  cancelExportRun(workflowId: string): Promise<void>;
  /** Tells the backfill's workflow that its row has changed, starting it when it does not run. */
  backfillChanged(backfill: BackfillRef): Promise<void>;
  /** Tells the destination's entity workflow, starting it when it does not run. Shards hear of it from Postgres. */
  destinationChanged(change: WebhookChange): Promise<void>;
  /** When the retry of an event tries again. Null: at no known time, or nobody says so soon enough. Never rejects. */
  nextRetryAt(workflowId: string): Promise<Date | null>;
  /** Retries are tried now instead of at their time. Answers which were told: the others have ended. */
  retryNow(workflowIds: readonly string[]): Promise<string[]>;
  /** From Temporal's visibility and history alone. */
  statistics(of: StatisticsRequest): Promise<HistoryStatistics>;
  startReplay(replay: ReplayRef): Promise<void>;
  /** Its row has changed. */
  replayChanged(replayId: string): Promise<void>;
  /** Starts the workflow that carries an erasure out. */
  startErasure(erasureId: string): Promise<void>;
  /** Starts the workflow that sends a notice through a channel. */
  startNotification(send: { noticeId: string; channelId: string }): Promise<void>;
}
