import { Context } from '@temporalio/activity';
import { signalBackfill } from '../client/backfills.ts';
import { executionState, type ExecutionState } from '../client/executions.ts';
import { startExportRun } from '../client/export-runs.ts';
import { resumeReconciliation } from '../client/reconcile.ts';
import { startReplay } from '../client/replays.ts';
import { backfillWorkflowId, exportRunWorkflowId, replayWorkflowId } from '../core/ids.ts';
import { listOpenOnDemand, noteCancelled, type OpenOnDemand } from '../store/on-demand.ts';
import { listOpenBackfills, type OpenBackfill } from '../store/open-backfills.ts';
import {
  closeReconciliation,
  forgetCompared,
  listOpenReconciliations,
  type OpenReconciliation,
} from '../store/reconciliations.ts';
import { listOpenReplays, type OpenReplay } from '../store/replays.ts';
import type { OpenPage } from '../store/values.ts';
import { finishBackfill } from './backfill/settle-backfill.ts';
import type { ActivityDeps } from './deps.ts';

/** Above the time between a row and the start of its workflow. */
const MIN_AGE_MS = 60_000;
const PAGE = 200;

/** Something that is on record as under way, and whose workflow carries it. */
interface Kind<Item> {
  what: string;
  list(page: OpenPage): Promise<Item[]>;
  idOf(item: Item): string;
  workflowIdOf(item: Item): string;
  restart(item: Item): Promise<unknown>;
  /** Its workflow was ended: months later it must not look as if it were lost. Absent: it goes on without a workflow. */
  close?(item: Item, reason: string): Promise<unknown>;
}

/** Of workflows that end without a word. */
const ENDED: Partial<Record<ExecutionState, string>> = {
  terminated: 'its workflow was terminated',
  timed_out: 'its workflow ran out of time',
};

/**
 * Starts the workflows of backfills, replays, reconciliations and on-demand exports again that Temporal has lost: it came up with an empty
 * database, or with one of an older backup. Their rows say what is left to do, and the workflows get the ids that they had.
 * Nothing else would: intervals that nobody expects and replays of the past have no gap detector. Answers how many.
 */
export async function restartLostWork(deps: ActivityDeps): Promise<number> {
  return (
    (await restartLost(deps, backfills(deps))) +
    (await restartLost(deps, replays(deps))) +
    (await restartLost(deps, reconciliations(deps))) +
    (await restartLost(deps, onDemandExports(deps)))
  );
}

/** One that cannot be looked at now does not hold up the others. */
async function restartLost<Item>(deps: ActivityDeps, kind: Kind<Item>): Promise<number> {
  let restarted = 0;
  for await (const item of everyOne(kind)) {
    Context.current().heartbeat();
    try {
      restarted += (await restartIfLost(deps, kind, item)) ? 1 : 0;
    } catch (error) {
      deps.logger.warn({ err: error, id: kind.idOf(item) }, `a ${kind.what} could not be looked at`);
    }
  }
  return restarted;
}

async function restartIfLost<Item>({ temporal, logger }: ActivityDeps, kind: Kind<Item>, item: Item): Promise<boolean> {
  const workflowId = kind.workflowIdOf(item);
  const state = await executionState(temporal, workflowId);
  const ended = ENDED[state];
  if (ended !== undefined) {
    await kind.close?.(item, ended);
  }
  if (state !== 'missing') {
    return false;
  }
  await kind.restart(item);
  logger.warn({ workflowId }, `the workflow of a ${kind.what} was missing; it is started again`);
  return true;
}

async function* everyOne<Item>({ list, idOf }: Kind<Item>): AsyncGenerator<Item> {
  let page = await list({ minAgeMs: MIN_AGE_MS, limit: PAGE });
  for (;;) {
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) {
      return;
    }
    page = await list({ minAgeMs: MIN_AGE_MS, limit: PAGE, after: idOf(last) });
  }
}

function backfills(deps: ActivityDeps): Kind<OpenBackfill> {
  return {
    what: 'backfill',
    list: (page) => listOpenBackfills(deps.db, page),
    idOf: ({ backfillId }) => backfillId,
    workflowIdOf: ({ backfillId }) => backfillWorkflowId(backfillId),
    restart: (backfill) => signalBackfill(deps.temporal, backfill),
    close: ({ backfillId }, reason) => finishBackfill(deps, { backfillId, to: 'failed', reason }),
  };
}

/** Its shard sends the events; the workflow is what it is read and steered with. */
function replays(deps: ActivityDeps): Kind<OpenReplay> {
  return {
    what: 'replay',
    list: (page) => listOpenReplays(deps.db, page),
    idOf: ({ replayId }) => replayId,
    workflowIdOf: ({ replayId }) => replayWorkflowId(replayId),
    restart: (replay) => startReplay(deps.temporal, replay),
  };
}

/** Compares the whole range again: what was found, and not repaired yet, is found again. */
function reconciliations(deps: ActivityDeps): Kind<OpenReconciliation> {
  return {
    what: 'reconciliation',
    list: (page) => listOpenReconciliations(deps.db, page),
    idOf: ({ reconciliationId }) => reconciliationId,
    workflowIdOf: ({ workflowId }) => workflowId,
    restart: async (reconciliation) => {
      await forgetCompared(deps.db, reconciliation.reconciliationId);
      await resumeReconciliation(deps.temporal, reconciliation);
    },
    close: ({ reconciliationId: id }, errorMessage) =>
      closeReconciliation(deps.db, { id, status: 'failed', errorMessage }),
  };
}

/** A new run takes the lease of the lost one when that has expired; the sweeper closes that one after it. */
function onDemandExports(deps: ActivityDeps): Kind<OpenOnDemand> {
  return {
    what: 'on-demand export',
    list: (page) => listOpenOnDemand(deps.db, page),
    idOf: ({ exportId }) => exportId,
    workflowIdOf: ({ exportId, end }) => exportRunWorkflowId(exportId, end),
    restart: ({ start: intervalStart, end: intervalEnd, ...ref }) => {
      const run = { ...ref, intervalStart, intervalEnd, trigger: 'on_demand', force: false } as const;
      return startExportRun(deps.temporal, { ...run, queue: 'backfills', whenOpen: 'join' });
    },
    // One that never began has no run that the sweeper could close.
    close: ({ exportId }) => noteCancelled(deps.db, exportId),
  };
}
