import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type {
  Activities,
  CompareIntervalsInput,
  IntervalRepairRef,
  StartReconciliationInput,
} from '../../activities/types.ts';
import { reconcileExport as startReconciling } from '../../client/reconcile.ts';
import { RECONCILIATIONS_PER_PAGE, type ExportRef } from '../../core/export-ref.ts';
import { exportRunWorkflowId, reconcileWorkflowId, TASK_QUEUES, type ReconcileWish } from '../../core/ids.ts';
import { batchExport } from '../../workflows/batch-export.ts';
import type { ReconcileExportInput } from '../../workflows/messages.ts';
import { reconcileDue, reconcileExport } from '../../workflows/reconcile.ts';
import { eventually } from '../support/eventually.ts';
import { gate } from '../support/gate.ts';
import { quietRuntime, timeSkippingEnvironment, withWorkers } from './environment.ts';

let env: TestWorkflowEnvironment;

beforeAll(async () => {
  quietRuntime();
  env = await timeSkippingEnvironment();
}, 300_000);
afterAll(() => env.teardown());

const FROM = '2026-11-21T00:00:00.000Z';
const TO = '2026-11-21T06:00:00.000Z';
const COUNTS = { rows: 5, bytes: 100, files: 1 };

function refOf(exportId: string): ExportRef {
  return { exportId, teamId: 1, name: 'nightly', destinationId: 'd1', destinationKind: 's3', interval: 'hour' };
}

function repair(hour: number, does: { removes?: boolean; runs?: boolean } = {}): IntervalRepairRef {
  const at = (of: number): string => new Date(Date.UTC(2026, 10, 21, of)).toISOString();
  const bounds = { intervalStart: at(hour), intervalEnd: at(hour + 1) };
  return { repairId: `repair ${String(hour)}`, ...bounds, configVersion: 1, removes: false, runs: true, ...does };
}

/** Pages of what is found, and everything that was asked of the activities, in order. */
class Story {
  readonly told: string[] = [];
  pages: IntervalRepairRef[][] = [];
  settle: (repairId: string) => 'repaired' | 'failed' | 'again' = () => 'repaired';
  load: () => Promise<void> = () => Promise.resolve();

  activities(): Partial<Activities> {
    return {
      startReconciliation: () => Promise.resolve({ reconciliationId: 'r' }),
      compareIntervals: (input) => Promise.resolve(this.page(input)),
      removeCopies: ({ repairId }) => this.tell(`remove ${repairId}`, { removed: 1 }),
      settleRepair: ({ repairId, errorCode }) =>
        this.tell(`settle ${repairId} ${errorCode ?? ''}`.trim(), { status: this.settle(repairId) }),
      finishReconciliation: ({ status }) => this.tell(`finish ${status}`, undefined),
      startRun: ({ repairId = '', ...input }) =>
        this.tell(`run ${repairId}`, {
          status: 'started' as const,
          run: { ...input, runId: 'r', epoch: 1, generation: 1 },
        }),
      planInterval: () => Promise.resolve({ chunks: 1, rows: 5, bytes: 100 }),
      loadChunks: async () => {
        await this.load();
        return COUNTS;
      },
      commitRun: () => Promise.resolve(COUNTS),
      verifyRun: () => Promise.resolve({ ...COUNTS, sourceRows: 5, hash: '7', complete: true }),
      finishRun: () => Promise.resolve(),
    };
  }

  private tell<T>(line: string, answer: T): Promise<T> {
    this.told.push(line);
    return Promise.resolve(answer);
  }

  /** `after` of a page is its number. */
  private page({ after = '0' }: CompareIntervalsInput): Awaited<ReturnType<Activities['compareIntervals']>> {
    const repairs = this.pages[Number(after)] ?? [];
    const next = Number(after) + 1;
    const more = next < this.pages.length ? { next: String(next) } : {};
    return { compared: 10, skipped: 1, differing: repairs.length, repairs, ...more };
  }
}

function start(exportId: string): Promise<WorkflowHandle<typeof reconcileExport>> {
  const input: ReconcileExportInput = { ...refOf(exportId), from: FROM, to: TO, dryRun: false, trigger: 'manual' };
  const workflowId = reconcileWorkflowId(exportId, new Date(TO));
  return env.client.workflow.start(reconcileExport, { workflowId, taskQueue: TASK_QUEUES.workflows, args: [input] });
}

describe('reconcileExport', () => {
  test('repairs what each page has found, copies first, and says how much there was', async () => {
    const story = new Story();
    story.pages = [[repair(1)], [], [repair(2, { removes: true }), repair(3, { removes: true, runs: false })]];
    const result = await withWorkers(env, story.activities(), async () => (await start('pages')).result());
    expect(result).toMatchObject({ compared: 30, skipped: 3, differing: 3, repaired: 3, failed: 0 });
    expect(story.told).toEqual([
      ...['run repair 1', 'settle repair 1'],
      ...['remove repair 2', 'run repair 2', 'settle repair 2', 'remove repair 3', 'finish completed'],
    ]);
  }, 60_000);

  test('a repair that needs the whole interval gets a second run, and one that fails ends no other', async () => {
    const story = new Story();
    story.pages = [[repair(1), repair(2)]];
    story.settle = (id) => (id === 'repair 1' ? 'again' : 'repaired');
    const result = await withWorkers(env, story.activities(), async () => (await start('again')).result());
    expect(result).toMatchObject({ repaired: 1, failed: 1 });
    expect(story.told.filter((line) => line === 'run repair 1')).toHaveLength(2);
  }, 60_000);

  test('an interval that another run has open is left to the next reconciliation', async () => {
    const story = new Story();
    story.pages = [[repair(1)]];
    story.settle = () => 'failed';
    const { intervalStart, intervalEnd } = repair(1);
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    story.load = () => released;
    const result = await withWorkers(env, story.activities(), async () => {
      const other = await env.client.workflow.start(batchExport, {
        workflowId: exportRunWorkflowId('held', new Date(intervalEnd)),
        taskQueue: TASK_QUEUES.workflows,
        args: [{ ...refOf('held'), intervalStart, intervalEnd, trigger: 'schedule' }],
      });
      const done = await (await start('held')).result();
      release();
      await other.result();
      return done;
    });
    expect(result).toMatchObject({ repaired: 0, failed: 1 });
    expect(story.told).toContain('settle repair 1 run_lease_held');
  }, 60_000);

  test('cancelled it says so, and stays on record as cancelled', async () => {
    const story = new Story();
    story.pages = [[repair(1)]];
    let loading = 0;
    story.load = () => {
      loading += 1;
      throw ApplicationFailure.create({ message: 'away', type: 's3_unreachable' });
    };
    await withWorkers(env, story.activities(), async () => {
      const handle = await start('cancelled');
      await eventually(() => expect(loading).toBeGreaterThan(0), { timeoutMs: 30_000 });
      await handle.cancel();
      await expect(handle.result()).rejects.toThrow(WorkflowFailedError);
    });
    expect(story.told).toContain('finish cancelled');
  }, 60_000);
});

describe('while a dry run of a range is under way, a reconciliation', () => {
  const range = { from: new Date(FROM), to: new Date(TO) };

  function ask(exportId: string, wish: Omit<ReconcileWish, 'exportId'>): Promise<{ workflowId: string }> {
    const temporal = { client: env.client, connection: env.connection, close: async () => {} };
    return startReconciling(temporal, { ...refOf(exportId), ...wish });
  }

  test.each<[string, Omit<ReconcileWish, 'exportId'>]>([
    ['that repairs', { ...range, dryRun: false }],
    ['of a longer range', { from: new Date('2026-11-20T00:00:00Z'), to: range.to, dryRun: true }],
    ['that looks for copies, too', { ...range, dryRun: true, repairCopies: true }],
  ])(
    '%s runs beside it',
    async (name, wish) => {
      const [story, looking] = [new Story(), gate()];
      const started: StartReconciliationInput[] = [];
      const compare = story.activities().compareIntervals!;
      const activities: Partial<Activities> = {
        ...story.activities(),
        startReconciliation: (input) => Promise.resolve({ reconciliationId: String(started.push(input)) }),
        compareIntervals: async (input) => {
          await (input.reconciliationId === '1' ? looking.opened : undefined);
          return compare(input);
        },
      };
      await withWorkers(env, activities, async () => {
        try {
          const dry = await ask(name, { ...range, dryRun: true });
          await eventually(() => expect(started).toHaveLength(1), { timeoutMs: 30_000 });
          const other = await ask(name, wish);
          expect(other.workflowId).not.toBe(dry.workflowId);
          await env.client.workflow.getHandle(other.workflowId).result();
          looking.open();
          await env.client.workflow.getHandle(dry.workflowId).result();
        } finally {
          looking.open();
        }
      });
      const { from, dryRun, repairCopies = false } = wish;
      expect(started).toMatchObject([
        { from: FROM, to: TO, dryRun: true, repairCopies: false },
        { from: from.toISOString(), to: TO, dryRun, repairCopies },
      ]);
    },
    60_000,
  );
});

test('reconcileDue takes every page of what is due; one that fails ends no other', async () => {
  const ids = Array.from({ length: RECONCILIATIONS_PER_PAGE + 3 }, (_, index) => String(index).padStart(4, '0'));
  const story = new Story();
  const asked: (string | undefined)[] = [];
  const activities: Partial<Activities> = {
    ...story.activities(),
    dueReconciliations: ({ after } = {}) => {
      asked.push(after?.exportId);
      const page = ids.filter((id) => id > (after?.exportId ?? '')).slice(0, RECONCILIATIONS_PER_PAGE);
      return Promise.resolve(page.map((id) => ({ ...refOf(id), from: FROM, to: TO, times: 0 })));
    },
    startReconciliation: ({ exportId }) => {
      if (exportId === ids[1]) {
        throw ApplicationFailure.create({ message: 'no', type: 'export_not_found', nonRetryable: true });
      }
      return Promise.resolve({ reconciliationId: exportId });
    },
  };
  const result = await withWorkers(env, activities, () =>
    env.client.workflow.execute(reconcileDue, { workflowId: 'due', taskQueue: TASK_QUEUES.workflows, args: [] }),
  );
  expect(result).toEqual({ due: ids.length, failed: 1 });
  expect(asked).toEqual([undefined, ids[RECONCILIATIONS_PER_PAGE - 1]]);
  expect(story.told.filter((line) => line === 'finish completed')).toHaveLength(ids.length - 1);
}, 120_000);
