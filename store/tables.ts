import type { ColumnType, Generated, Insertable, Selectable } from 'kysely';
import type { ColumnChoice } from '../core/column-choice.ts';
import type { FaultParty } from '../core/errors.ts';
import type { BackfillIntervalsTable, BackfillsTable } from './backfill-tables.ts';
import type { EventFilter } from '../core/filters.ts';
import type { OutputFormat } from '../core/formats.ts';
import type { ModelName } from '../core/models.ts';
import type { PrivacyRules } from '../core/privacy.ts';
import type { RowAnomaly } from '../core/row-anomalies.ts';
import type { QueryModel } from '../core/query-model.ts';
import type { WriteMode } from '../core/write-modes.ts';
import type { ExportInterval } from '../core/intervals.ts';
import type { ScheduleSettings } from '../core/schedule-spec.ts';
import type { RowSelection } from '../core/row-selection.ts';
import type { AccessTables } from './access-tables.ts';
import type { DeliveryTables } from './delivery-tables.ts';
import type { ErasuresTable } from './erasure-tables.ts';
import type { NotificationTables } from './notification-tables.ts';
import type { ReconcileTables } from './reconcile-tables.ts';

/**
 * The database as Kysely sees it. Names are camelCase here and snake_case in SQL (CamelCasePlugin); jsonb columns are
 * written through `json()` and read as objects.
 */
export interface Tables extends AccessTables, DeliveryTables, NotificationTables, ReconcileTables {
  teams: TeamsTable;
  destinations: DestinationsTable;
  destinationVersions: DestinationVersionsTable;
  exports: ExportsTable;
  exportVersions: ExportVersionsTable;
  exportSchedules: ExportSchedulesTable;
  exportPauses: ExportPausesTable;
  exportRuns: ExportRunsTable;
  runPlans: RunPlansTable;
  runChunks: RunChunksTable;
  intervalLedger: IntervalLedgerTable;
  backfills: BackfillsTable;
  backfillIntervals: BackfillIntervalsTable;
  maintenancePositions: MaintenancePositionsTable;
  onDemandExports: OnDemandExportsTable;
  erasures: ErasuresTable;
  rowAnomalies: RowAnomaliesTable;
}

/** Set by the database, never by us. */
export type Stamp = ColumnType<Date, Date | undefined, Date>;

export interface TeamsTable {
  id: Generated<number>;
  name: string;
  captureToken: string;
  hashKey: Buffer | null;
  exportRowsPerDay: number | null;
  exportRowsSetAt: Date | null;
  quotasVersion: Generated<number>;
  createdAt: Stamp;
}

export type DestinationStatus = 'active' | 'paused';

export interface DestinationsTable {
  id: string;
  teamId: number;
  kind: string;
  name: string;
  config: Record<string, unknown>;
  secrets: Buffer;
  secretNames: string[];
  status: Generated<DestinationStatus>;
  shardHash: number;
  version: Generated<number>;
  createdAt: Stamp;
  updatedAt: Stamp;
  deletedAt: Date | null;
  deletionSettledAt: Date | null;
}

/** What of a destination a user can change, without its secrets. */
export interface DestinationSettings {
  name: string;
  status: DestinationStatus;
  config: Record<string, unknown>;
  /** Of the secrets that were set. */
  secretNames: string[];
  deleted: boolean;
}

export interface DestinationVersionsTable {
  destinationId: string;
  version: number;
  settings: DestinationSettings;
  secretsChanged: string[];
  createdAt: Stamp;
}

/** What of an export a user can change, and what a run is pinned to. */
export interface ExportSettings extends ScheduleSettings {
  destinationId: string;
  name: string;
  model: ModelName;
  /** Of the model `sql`, else null. */
  query: QueryModel | null;
  filter: EventFilter;
  format: OutputFormat;
  mode: WriteMode;
  maxFileMb: number | null;
  /** Null: every column of the model. */
  columns: ColumnChoice[] | null;
  privacy: PrivacyRules | null;
  paused: boolean;
}

/** Why Sluice itself has paused an export: what its last runs had in common. */
export interface PauseReason {
  code: string;
  message: string;
  remedy: string | null;
  /** Runs that failed one after the other with this code. */
  failures: number;
  /** The last of them. */
  runId: string;
  /** `destination`: a passed connection check resumes the export. `export`: its own settings have to change. */
  about: 'destination' | 'export';
  at: string;
}

export interface ExportsTable extends ExportSettings {
  id: string;
  teamId: number;
  /** Set exactly while the export is paused. */
  pausedBy: 'user' | 'auto' | null;
  /** With `auto`. */
  pauseReason: PauseReason | null;
  version: Generated<number>;
  createdAt: Stamp;
  updatedAt: Stamp;
  deletedAt: Date | null;
  deletionSettledAt: Date | null;
  onDemand: Generated<boolean>;
  /** Every expected interval up to here has a ledger row; null: since the creation. */
  ledgerUntil: Date | null;
}

export interface OnDemandExportsTable {
  exportId: string;
  rangeStart: Date;
  rangeEnd: Date;
  download: boolean;
  cancelledAt: Date | null;
  filesRemovedAt: Date | null;
}

export interface ExportVersionsTable {
  exportId: string;
  version: number;
  /** As JSON: dates are text. */
  settings: ExportSettings;
  createdAt: Stamp;
}

export interface ExportSchedulesTable {
  exportId: string;
  since: Date;
  interval: ExportInterval;
  timeZone: string;
  hourOffset: number;
  weekdayOffset: number;
}

export interface ExportPausesTable {
  exportId: string;
  pausedAt: Date;
  resumedAt: Date | null;
  filled: Generated<boolean>;
  /** Sluice paused it, not a user. */
  auto: Generated<boolean>;
}

export type RunTrigger = 'schedule' | 'manual' | 'backfill' | 'gap_fill' | 'on_demand';

/** Every status but `starting` and `running` is final. */
export const RUN_STATUSES = [
  'starting',
  'running',
  'completed',
  'failed',
  'failed_retryable',
  'cancelled',
  'terminated',
  'timed_out',
  'over_quota',
  'skipped',
] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

export interface ExportRunsTable {
  id: string;
  exportId: string;
  teamId: number;
  intervalStart: Date;
  intervalEnd: Date;
  status: Generated<RunStatus>;
  trigger: RunTrigger;
  configVersion: number;
  generation: Generated<number>;
  rows: Generated<number>;
  bytes: Generated<number>;
  files: Generated<number>;
  /** Rows that the source had for the interval. */
  rowsIn: Generated<number>;
  /** Records that the destination could not hold, set aside. */
  recordsFailed: Generated<number>;
  /** The destination keeps files of before a restore, which have more rows than the source (ADR 31). */
  kept: Generated<boolean>;
  /** The repair (`interval_repairs`) that it was started for. */
  repairId: string | null;
  errorCode: string | null;
  errorMessage: string | null;
  remedy: string | null;
  /** Who has to act on the error. */
  errorFault: FaultParty | null;
  /** The activity that failed. */
  errorStep: string | null;
  workflowId: string;
  workflowRunId: string;
  startedAt: Stamp;
  finishedAt: Date | null;
  /** Milliseconds by step name, over all attempts and plans of the run. */
  timings: Generated<Record<string, number>>;
}

export interface RunPlansTable {
  runId: string;
  generation: number;
  chunkCount: number;
  rows: number;
  /** NULL: the plan is of the whole interval. */
  baseGeneration: number | null;
  rowsLost: Generated<number>;
  createdAt: Stamp;
}

export interface RunChunksTable {
  runId: string;
  generation: number;
  chunkIndex: number;
  startMicros: number;
  endMicros: number;
  uuidFrom: string | null;
  uuidTo: string | null;
  expectedRows: number;
  receipt: unknown;
  hash: string | null;
  selection: RowSelection | null;
  completedAt: Date | null;
}

export interface IntervalLedgerTable {
  exportId: string;
  intervalEnd: Date;
  intervalStart: Date;
  epoch: Generated<number>;
  holderRunId: string | null;
  leaseExpiresAt: Date | null;
  generation: Generated<number>;
  generationRunId: string | null;
  committedAt: Date | null;
  committedRunId: string | null;
  committedGeneration: number | null;
  rows: number | null;
  bytes: number | null;
  hash: string | null;
  reconciledAt: Date | null;
  reconciledTimes: Generated<number>;
}

export interface RowAnomaliesTable extends RowAnomaly {
  exportId: string;
  intervalEnd: Date;
  teamId: number;
  runId: string;
  rows: number;
  foundAt: Stamp;
}

export interface MaintenancePositionsTable {
  name: string;
  positionMicros: number;
  updatedAt: Stamp;
}

export type Row<Table extends keyof Tables> = Selectable<Tables[Table]>;
export type NewRow<Table extends keyof Tables> = Insertable<Tables[Table]>;
