import type { ExportInterval } from '../core/intervals.ts';

/** What Temporal has to know of an export. */
export interface ExportRef {
  exportId: string;
  teamId: number;
  name: string;
  destinationId: string;
  destinationKind: string;
  interval: ExportInterval;
  paused: boolean;
}

export interface ManualRun extends ExportRef {
  intervalStart: Date;
  intervalEnd: Date;
  trigger: 'manual';
  /** Repeat an interval that has been exported already. */
  force: boolean;
}

export interface WebhookChange {
  destinationId: string;
  teamId: number;
  name: string;
  change: 'created' | 'updated' | 'paused' | 'resumed' | 'deleted' | 'check_passed';
}

/**
 * The port through which the API steers Temporal; client/ implements it. Each call is idempotent, so that a request
 * that failed half-way is simply repeated.
 */
export interface ControlPlane {
  upsertExportSchedule(schedule: ExportRef): Promise<void>;
  deleteExportSchedule(exportId: string): Promise<void>;
  startExportRun(run: ManualRun): Promise<{ workflowId: string }>;
  /** Asks an open run to end. */
  cancelExportRun(workflowId: string): Promise<void>;
  /** Tells the destination's entity workflow, starting it when it does not run. Shards hear of it from Postgres. */
  destinationChanged(change: WebhookChange): Promise<void>;
}
