import {
  CancellationScope,
  condition,
  continueAsNew,
  executeChild,
  isCancellation,
  setCurrentDetails,
  setHandler,
  sleep,
  upsertSearchAttributes,
  workflowInfo,
  type ChildWorkflowOptions,
} from '@temporalio/workflow';
import { ActivityFailure, TypedSearchAttributes, WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { BackfillLook, SettleIntervalInput } from '../activities/types.ts';
import type { BackfillStatus } from '../core/backfill.ts';
import { exportRunWorkflowId } from '../core/ids.ts';
import { backfilling, planning } from './activity-options.ts';
import { backfillCard } from './backfill-card.ts';
import { settledAs } from './backfill-outcome.ts';
import type { batchExport } from './batch-export.ts';
import {
  backfillChangedSignal,
  backfillProgressQuery,
  type BackfillInput,
  type BatchExportInput,
  type BatchExportResult,
} from './messages.ts';
import { SEARCH_ATTRIBUTES } from './search-attributes.ts';

/** How often progress and throttle are looked at while nothing ends. */
const LOOK_EVERY = '15 seconds';
/** A live or manual run of the same interval is open: the next try finds it exported, and skips. */
const RUN_TAKEN_RETRY = '15 seconds';

type Interval = BackfillLook['intervals'][number];

/**
 * Exports a range of the past, interval by interval, beside the live runs: the same runs under the same ids, with slots and
 * ClickHouse settings of their own. The plan, the wishes of users and all progress are rows in Postgres; the workflow only
 * knows what is in flight, so that it can be started again at any time and goes on.
 */
export async function backfill(input: BackfillInput): Promise<BackfillStatus> {
  const status = await new Backfill(input).run();
  return status ?? continueAsNew<typeof backfill>(input);
}

class Backfill {
  readonly #input: BackfillInput;
  readonly #inFlight = new Map<string, Promise<void>>();
  readonly #runs = new CancellationScope();
  #woken = false;
  #last: BackfillLook | undefined;

  constructor(input: BackfillInput) {
    this.#input = input;
    setHandler(backfillChangedSignal, () => {
      this.#woken = true;
    });
    setHandler(backfillProgressQuery, () => this.#last);
  }

  /** Undefined: the history has become long, and nothing is in flight. */
  async run(): Promise<BackfillStatus | undefined> {
    try {
      setCurrentDetails('Counting what there is to export');
      await planning.planBackfill({ backfillId: this.#input.backfillId });
      const status = await this.#work();
      return status && this.#end(status);
    } catch (error) {
      await CancellationScope.nonCancellable(() => this.#close(error));
      throw error;
    }
  }

  /** Until there is nothing left to do; the status then, or undefined for a new execution that goes on. */
  async #work(): Promise<BackfillStatus | undefined> {
    for (;;) {
      this.#woken = false;
      const look = await this.#look();
      if (look.status === 'cancelled') {
        return this.#cancel();
      }
      if (look.status !== 'running' && look.status !== 'paused') {
        return look.status;
      }
      look.intervals.forEach((interval) => {
        this.#start(interval, look.force);
      });
      const idle = this.#inFlight.size === 0;
      if (idle && look.status === 'running' && look.open === 0) {
        const status = await this.#finish();
        if (status !== undefined) {
          return status;
        }
      } else if (idle && workflowInfo().continueAsNewSuggested) {
        return undefined;
      } else {
        await this.#untilWoken(look.status === 'paused');
      }
    }
  }

  async #look(): Promise<BackfillLook> {
    const inFlight = [...this.#inFlight.keys()];
    const { backfillId } = this.#input;
    // A long history ends when what is in flight has ended: runs do not outlive the execution that started them. With
    // nothing in flight too: what the look would name would be started, and the end would never come.
    const draining = workflowInfo().continueAsNewSuggested;
    const look = await backfilling.lookAtBackfill({ backfillId, inFlight, ...(draining ? { draining } : {}) });
    this.#last = look;
    setCurrentDetails(backfillCard(this.#input, look));
    return look;
  }

  async #untilWoken(forLong: boolean): Promise<void> {
    const woken = (): boolean => this.#woken;
    await (forLong && this.#inFlight.size === 0 ? condition(woken) : condition(woken, LOOK_EVERY));
  }

  #start(interval: Interval, force: boolean): void {
    this.#inFlight.set(interval.end, this.#export(interval, force));
  }

  async #export(interval: Interval, force: boolean): Promise<void> {
    const settled = await this.#runs.run(() => this.#result(interval, force)).then(settledAs, settledAs);
    const input: SettleIntervalInput = {
      backfillId: this.#input.backfillId,
      intervalEnd: interval.end,
      ...settled,
    };
    await CancellationScope.nonCancellable(() => backfilling.settleBackfillInterval(input));
    this.#inFlight.delete(interval.end);
    this.#woken = true;
  }

  async #result(interval: Interval, force: boolean): Promise<BatchExportResult> {
    for (;;) {
      try {
        return await executeChild<typeof batchExport>('batchExport', this.#childOptions(interval, force));
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) {
          throw error;
        }
        await sleep(RUN_TAKEN_RETRY);
      }
    }
  }

  #childOptions({ start, end }: Interval, force: boolean): ChildWorkflowOptions & { args: [BatchExportInput] } {
    const { exportId, teamId, name, destinationId, destinationKind, interval } = this.#input;
    const input: BatchExportInput = {
      ...{ exportId, teamId, name, destinationId, destinationKind, interval, force },
      ...{ intervalStart: start, intervalEnd: end, trigger: 'backfill', queue: 'backfills' },
    };
    return {
      workflowId: exportRunWorkflowId(exportId, new Date(end)),
      args: [input],
      parentClosePolicy: 'REQUEST_CANCEL',
      staticSummary: `${name.slice(0, 80)} → ${destinationKind}, backfill`,
      typedSearchAttributes: new TypedSearchAttributes([
        { key: SEARCH_ATTRIBUTES.kind, value: 'export' },
        { key: SEARCH_ATTRIBUTES.destinationId, value: destinationId },
        { key: SEARCH_ATTRIBUTES.destinationType, value: destinationKind },
      ]),
    };
  }

  /** Undefined: somebody wants intervals again in the meantime. */
  async #finish(): Promise<BackfillStatus | undefined> {
    const { backfillId } = this.#input;
    const status = await backfilling.finishBackfill({ backfillId, to: 'completed' });
    return this.#woken || status === 'running' || status === 'paused' ? undefined : status;
  }

  async #cancel(): Promise<BackfillStatus> {
    this.#runs.cancel();
    await Promise.all(this.#inFlight.values());
    return backfilling.finishBackfill({ backfillId: this.#input.backfillId, to: 'cancelled' });
  }

  /** Cancelled or failed from outside: the row must not look as if somebody worked on it. */
  async #close(error: unknown): Promise<void> {
    this.#runs.cancel();
    await Promise.all(this.#inFlight.values());
    const { backfillId } = this.#input;
    const reason = error instanceof ActivityFailure ? (error.cause?.message ?? error.message) : String(error);
    const to = isCancellation(error) ? 'cancelled' : 'failed';
    this.#end(await backfilling.finishBackfill({ backfillId, to, ...(to === 'failed' ? { reason } : {}) }));
  }

  #end(status: BackfillStatus): BackfillStatus {
    if (this.#last !== undefined) {
      setCurrentDetails(backfillCard(this.#input, { ...this.#last, status }));
    }
    upsertSearchAttributes([
      { key: SEARCH_ATTRIBUTES.outcome, value: status },
      { key: SEARCH_ATTRIBUTES.rows, value: this.#last?.progress.rows ?? 0 },
    ]);
    return status;
  }
}
