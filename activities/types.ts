import type { FaultParty } from '../core/errors.ts';
import type { BackfillStatus } from '../core/backfill.ts';
import type { ThrottleState } from '../core/throttle.ts';
import type { BackfillProgress } from '../store/backfill-progress.ts';
import type { ErasurePlace, ErasureStatus } from '../core/erasure.ts';
import type { ExportRef } from '../core/export-ref.ts';
import type { ReplayCounts, ReplayStatus } from '../core/replays.ts';
import type { TrafficReport } from '../core/traffic.ts';
import type { WithEnd } from '../delivery/time-to-live.ts';

/** Inputs and outputs of the activities: ids, ranges and counts; never rows and never secrets. */
export interface RunRef {
  exportId: string;
  teamId: number;
  runId: string;
  /** RFC 3339. */
  intervalStart: string;
  intervalEnd: string;
  /** Fencing token of the run's lease on (export, interval). */
  epoch: number;
  generation: number;
  /** Its commit also replaces files that would stay (`CommitRequest.replacesKept`). */
  replacesKept?: boolean;
}

/** The details of the failures of activities. */
export interface FailureDetails {
  code: string;
  fault: FaultParty;
  remedy?: string;
  /** With run_superseded and destination_generation_taken: the generation that is at the destination. */
  metGeneration?: number;
}

export interface StartGenerationInput extends RunRef {
  /** A generation that the destination holds; the new one is above it. Absent: the next one. */
  above?: number;
}

export interface ResolveIntervalInput {
  exportId: string;
  /** When the run was due, RFC 3339. */
  nominal: string;
}

/** RFC 3339. */
export interface ResolvedInterval {
  intervalStart: string;
  intervalEnd: string;
}

export interface StartRunInput {
  exportId: string;
  teamId: number;
  intervalStart: string;
  intervalEnd: string;
  trigger: 'schedule' | 'manual' | 'backfill' | 'gap_fill' | 'on_demand';
  force: boolean;
  replacesKept?: boolean;
  /** The version of the export's settings to run with; absent: the present one. */
  configVersion?: number;
  /** The repair (`interval_repairs`) that the run is for. */
  repairId?: string;
}

export type StartRunResult = { status: 'started'; run: RunRef } | { status: 'skipped'; reason: string };

export interface PlanResult {
  chunks: number;
  rows: number;
  /** Estimate of the uncompressed size. */
  bytes: number;
}

export interface LoadResult {
  rows: number;
  bytes: number;
  files: number;
}

export interface CommitResult extends LoadResult {
  /** What was there has stayed: it has more rows than the source, and our database has lost the run that brought it. */
  kept?: true;
}

export interface VerifyResult {
  /** Rows that ClickHouse has for the interval now. */
  sourceRows: number;
  /** Rows and files that the destination says it has. */
  rows: number;
  bytes: number;
  files: number;
  /** Order-independent hash of the source's uuids, decimal. */
  hash: string;
  complete: boolean;
}

export interface FinishRunInput {
  run: RunRef;
  status: 'completed' | 'failed' | 'failed_retryable' | 'cancelled' | 'over_quota';
  rows: number;
  bytes: number;
  files: number;
  /** With `completed` only: what the ledger keeps. */
  hash?: string;
  errorCode?: string;
  errorMessage?: string;
  remedy?: string;
  /** Who has to act on the error. */
  errorFault?: FaultParty;
  /** The activity that failed. */
  errorStep?: string;
}

export interface StartReconciliationInput {
  exportId: string;
  teamId: number;
  /** RFC 3339; committed intervals within it are compared. */
  from: string;
  to: string;
  dryRun: boolean;
  repairCopies?: boolean;
  trigger: 'manual' | 'schedule';
}

export interface CompareIntervalsInput {
  reconciliationId: string;
  /** Only intervals that have been reconciled so often. */
  times?: number;
  /** End of the interval that the page before ended with; RFC 3339. */
  after?: string;
}

export interface IntervalRepairRef {
  repairId: string;
  intervalStart: string;
  intervalEnd: string;
  /** The settings that the interval was exported with: a repair must not mix them with others. */
  configVersion: number;
  /** Copies to be deleted, or a run to be started. */
  removes: boolean;
  runs: boolean;
}

export interface CompareIntervalsResult {
  compared: number;
  /** Too old, or being exported right now. */
  skipped: number;
  differing: number;
  /** What is to be done; none in a dry run. */
  repairs: IntervalRepairRef[];
  /** Where the next page begins; absent after the last. */
  next?: string;
}

/** `again`: the whole interval is to be exported. */
export interface SettleRepairResult {
  status: 'repaired' | 'failed' | 'again';
}

/** A range of an export that is due to be reconciled. */
export interface DueReconciliationRef extends ExportRef {
  from: string;
  to: string;
  times: number;
}

/** Where a page of them ended. */
export interface DueReconciliationsInput {
  after?: { exportId: string; times: number };
}

export interface SweepResult {
  /** Open runs on which nobody works. */
  looked: number;
  /** Those of them whose workflow had ended. */
  closed: number;
}

export interface CleanUpResult {
  /** Deleted records that still had something running. */
  open: number;
  /** Those of them that have nothing any more. */
  settled: number;
  /** On-demand exports whose files were removed. Not in the first histories. */
  files?: number;
}

export interface FillGapsResult {
  /** Exports whose expected intervals were compared with the ledger. */
  exports: number;
  /** Intervals that were started. */
  started: number;
  /** The call ended before everything that is due was started. */
  more: boolean;
}

export interface RepairEventsResult {
  windows: number;
  /** Events of the log that were compared. */
  compared: number;
  /** Those that the events table lacked. */
  repaired: number;
  /** Everything ingested before is compared; RFC 3339. */
  until: string;
  /** There is more that has settled. */
  more: boolean;
}

export interface AuditResult {
  /** Active webhooks. */
  destinations: number;
  /** Comparisons of a webhook's hour. */
  windows: number;
  /** Stored events that they should have been sent. */
  compared: number;
  /** Those without an owner in the attempt log. */
  missed: number;
  /** Those of them that a new retry has taken. */
  retried: number;
  /** The call ended before everything that has settled was compared. */
  more: boolean;
}

export interface ShardResult {
  lanes: number;
  live: number;
  suspended: number;
  inFlightAndQueued: number;
}

export interface AttemptRetryInput {
  destinationId: string;
  teamId: number;
  eventUuid: string;
  eventInsertedAtMicros: number;
  /** 1-based over the life of the delivery. */
  attempt: number;
  /** A failure of this attempt exhausts the schedule: it is logged as discarded. */
  lastTry: boolean;
  /** The receiver has asked for patience so often that this attempt counts even if it asks again. */
  outOfPatience?: boolean;
  /** Of a replayed event: deliveries up to this attempt do not count. */
  replayedAfterAttempt?: number;
  /** A replay has sent it: the webhook's time to live does not apply. */
  replayed?: true;
  /** From when on the event is not sent any more, as far as its workflow knows. Absent: there is no such time. */
  expiresAtMs?: number;
}

/**
 * `deferred`: the destination takes no traffic, or Sluice cannot reach it; nothing is charged. `expired`: its time to live is
 * over, and the log says so. `isOver`: no later attempt can deliver the event, and the log says so.
 */
export type AttemptRetryResult =
  | { kind: 'delivered' }
  | ({ kind: 'failed'; errorCode: string; retryAfterMs?: number; chargesAttempt: boolean; isOver?: boolean } & WithEnd)
  | ({ kind: 'deferred'; health: string } & WithEnd)
  | { kind: 'expired' }
  | { kind: 'dropped'; reason: string; webhookDeleted?: boolean };

export interface SettleRetryInput extends Pick<
  AttemptRetryInput,
  'destinationId' | 'teamId' | 'eventUuid' | 'eventInsertedAtMicros' | 'attempt'
> {
  outcome: 'delivered' | 'discarded' | 'expired' | 'dropped';
  /** It was dropped for that; the webhook may have been restored since. */
  webhookDeleted?: boolean;
}

export interface ProbeInput {
  destinationId: string;
  teamId: number;
  /** 1 for the first one since the destination was suspended. Not in the first histories. */
  probe?: number;
}

export interface ProbeResult {
  outcome: 'recovered' | 'still_failing' | 'inactive';
  evidence: Record<string, unknown>;
  /** What the endpoint asked for. */
  retryAfterMs?: number;
  /** What the probe did; absent when nothing was sent or given up. Not in the first histories. */
  traffic?: TrafficReport;
}

export interface LookAtBackfillInput {
  backfillId: string;
  /** Ends of the intervals whose runs the workflow has started and not seen end. */
  inFlight: string[];
  /** Start nothing now. */
  draining?: boolean;
}

/** What a backfill's workflow does next. */
export interface BackfillLook {
  status: BackfillStatus;
  /** To be started now, RFC 3339; beside those in flight no more than the backfill may have at once. */
  intervals: { start: string; end: string }[];
  force: boolean;
  /** All that is open, in flight or not. */
  open: number;
  progress: BackfillProgress;
  throttle: ThrottleState;
}

export interface SettleIntervalInput {
  backfillId: string;
  intervalEnd: string;
  status: 'completed' | 'skipped' | 'failed' | 'cancelled';
  rows: number;
  bytes: number;
  runId?: string;
  errorCode?: string;
  errorMessage?: string;
}

export interface ReplayState extends ReplayCounts {
  status: ReplayStatus;
  /** Events, estimated. */
  planned: number;
  percent: number;
  etaSeconds: number | null;
  /** The endpoint's, when it keeps the replay waiting. */
  waitsFor?: string;
}

export interface NoticeSendInput {
  noticeId: string;
  channelId: string;
}

export interface SendNoticeResult {
  /** `dropped`: the channel is gone or switched off. */
  status: 'sent' | 'dropped';
}

/** Every activity. Each is idempotent: it may run again after it has succeeded. */
export interface Activities {
  /** The interval that is due at the nominal time: the one that ends then, or else the last one that has ended. */
  resolveInterval(input: ResolveIntervalInput): Promise<ResolvedInterval>;
  startRun(input: StartRunInput): Promise<StartRunResult>;
  planInterval(run: RunRef): Promise<PlanResult>;
  loadChunks(run: RunRef): Promise<LoadResult>;
  commitRun(run: RunRef): Promise<CommitResult>;
  verifyRun(run: RunRef): Promise<VerifyResult>;
  /** Prepares a new plan of the interval; the next commit replaces what the previous one made visible. */
  startGeneration(input: StartGenerationInput): Promise<RunRef>;
  finishRun(input: FinishRunInput): Promise<void>;
  /** Counts and lists the intervals of a backfill; from then on it runs. */
  planBackfill(input: { backfillId: string }): Promise<void>;
  lookAtBackfill(input: LookAtBackfillInput): Promise<BackfillLook>;
  settleBackfillInterval(input: SettleIntervalInput): Promise<void>;
  /** Ends a backfill of which nothing is open; otherwise it stays as it is. Answers the status. */
  finishBackfill(input: {
    backfillId: string;
    to: 'completed' | 'cancelled' | 'failed';
    reason?: string;
  }): Promise<BackfillStatus>;
  /** Creates the reconciliation's record; throws export_not_found. */
  startReconciliation(input: StartReconciliationInput): Promise<{ reconciliationId: string }>;
  /** Compares a page of intervals and records what differs. */
  compareIntervals(input: CompareIntervalsInput): Promise<CompareIntervalsResult>;
  /** Deletes copies of rows that the destination has too often. */
  removeCopies(input: { repairId: string }): Promise<{ removed: number }>;
  /** Says on record what became of a repair whose run has ended. */
  settleRepair(input: { repairId: string; errorCode?: string; errorMessage?: string }): Promise<SettleRepairResult>;
  finishReconciliation(input: {
    reconciliationId: string;
    status: 'completed' | 'failed' | 'cancelled';
    errorMessage?: string;
  }): Promise<void>;
  /** At most RECONCILIATIONS_PER_PAGE, in order of export and times. */
  dueReconciliations(input?: DueReconciliationsInput): Promise<DueReconciliationRef[]>;
  /** How long late rows may take; undefined when it is over already. */
  beginErasure(input: { erasureId: string }): Promise<{ settleMs: number } | undefined>;
  /** Puts down which events and messages are the person's. */
  collectErasure(input: { erasureId: string }): Promise<void>;
  eraseFrom(input: { erasureId: string; place: ErasurePlace }): Promise<{ rows: number }>;
  /** Counts what there still is. */
  leftToErase(input: { erasureId: string }): Promise<{ rows: number }>;
  finishErasure(input: { erasureId: string; status: Exclude<ErasureStatus, 'running'> }): Promise<void>;
  sweepRuns(): Promise<SweepResult>;
  cleanUp(): Promise<CleanUpResult>;
  fillGaps(): Promise<FillGapsResult>;
  repairEvents(): Promise<RepairEventsResult>;
  auditDeliveries(): Promise<AuditResult>;
  deliverShard(input: { shard: number; shardCount: number }): Promise<ShardResult>;
  attemptRetry(input: AttemptRetryInput): Promise<AttemptRetryResult>;
  settleRetry(input: SettleRetryInput): Promise<void>;
  probeDestination(input: ProbeInput): Promise<ProbeResult>;
  resumeRetries(input: { destinationId: string }): Promise<number>;
  /** How the replay stands; `cancelled` when it or its webhook is gone. */
  lookAtReplay(input: { replayId: string }): Promise<ReplayState>;
  steerReplay(input: { replayId: string; change: 'pause' | 'resume' | 'cancel' }): Promise<void>;
  sendNotice(input: NoticeSendInput): Promise<SendNoticeResult>;
  /** Closes a send that has not succeeded in its time. */
  giveUpNotice(input: NoticeSendInput): Promise<void>;
}
