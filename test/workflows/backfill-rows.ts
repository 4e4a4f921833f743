import type { Activities, BackfillLook, SettleIntervalInput } from '../../activities/types.ts';
import { backfillWorkflowId, TASK_QUEUES } from '../../core/ids.ts';
import type { BackfillInput } from '../../workflows/messages.ts';

const COUNTS = { rows: 5, bytes: 100, files: 1 };
const HOUR_MS = 3_600_000;

/** The rows of a backfill as Postgres would hold them, and runs that do nothing. */
export class BackfillRows {
  status: BackfillLook['status'] = 'running';
  readonly open: string[];
  readonly settled: SettleIntervalInput[] = [];
  mostAtOnce = 0;
  slots = 2;
  /** Called when an interval is loaded. */
  onLoad: (end: string) => Promise<void> = () => Promise.resolve();

  constructor(intervals: number) {
    this.open = Array.from({ length: intervals }, (_, index) =>
      new Date(Date.UTC(2026, 10, 21) + index * HOUR_MS).toISOString(),
    );
  }

  activities(): Partial<Activities> {
    return {
      planBackfill: () => Promise.resolve(),
      lookAtBackfill: ({ inFlight, draining }) => Promise.resolve(this.look(inFlight, draining === true)),
      settleBackfillInterval: (input) => {
        this.settled.push(input);
        this.open.splice(this.open.indexOf(input.intervalEnd), 1);
        return Promise.resolve();
      },
      finishBackfill: ({ to }) => {
        this.status = this.open.length > 0 && to === 'completed' ? this.status : to;
        return Promise.resolve(this.status);
      },
      startRun: (input) =>
        Promise.resolve({ status: 'started', run: { ...input, runId: 'r', epoch: 1, generation: 0 } }),
      planInterval: () => Promise.resolve({ chunks: 1, rows: 5, bytes: 100 }),
      loadChunks: async (run) => {
        await this.onLoad(run.intervalEnd);
        return COUNTS;
      },
      commitRun: () => Promise.resolve(COUNTS),
      verifyRun: () => Promise.resolve({ ...COUNTS, sourceRows: 5, hash: '7', complete: true }),
      finishRun: () => Promise.resolve(),
    };
  }

  private look(inFlight: string[], draining: boolean): BackfillLook {
    this.mostAtOnce = Math.max(this.mostAtOnce, inFlight.length);
    const free = this.status === 'running' && !draining ? this.slots - inFlight.length : 0;
    const next = this.open.filter((end) => !inFlight.includes(end)).slice(0, Math.max(0, free));
    const zero = { intervals: 0, completed: 0, skipped: 0, empty: 0, failed: 0, cancelled: 0, rows: 0, bytes: 0 };
    return {
      status: this.status,
      intervals: next.map((end) => ({ start: new Date(Date.parse(end) - HOUR_MS).toISOString(), end })),
      force: false,
      open: this.open.length,
      progress: { ...zero, running: 0, pending: this.open.length, rowsLeft: 0, secondsLeft: null },
      throttle: { level: 1 },
    };
  }
}

export function startOf(id: string): { workflowId: string; taskQueue: string; args: [BackfillInput] } {
  const input: BackfillInput = {
    ...{ backfillId: id, exportId: id, teamId: 1, name: 'nightly', destinationId: 'd1', destinationKind: 's3' },
    interval: 'hour',
  };
  return { workflowId: backfillWorkflowId(id), taskQueue: TASK_QUEUES.workflows, args: [input] };
}
