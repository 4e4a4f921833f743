import { Context } from '@temporalio/activity';
import { createControlPlane } from '../client/control-plane.ts';
import { listUnsettled, settleDestination, settleExport } from '../store/deletions.ts';
import type { ActivityDeps } from './deps.ts';
import type { CleanUpResult } from './types.ts';

/** Of each kind; what is left waits for the next look. */
const PAGE = 200;

/** Goes on with deletions whose request was cut off, or whose runs had not ended yet. */
export async function cleanUp(deps: ActivityDeps): Promise<CleanUpResult> {
  const port = createControlPlane(deps.temporal);
  const unsettled = await listUnsettled(deps.db, PAGE);
  const result: CleanUpResult = { open: unsettled.exports.length + unsettled.destinations.length, settled: 0 };
  const settle = async (ids: readonly string[], one: (id: string) => Promise<boolean>): Promise<void> => {
    for (const id of ids) {
      Context.current().heartbeat();
      result.settled += (await attempt(deps, id, one)) ? 1 : 0;
    }
  };
  await settle(unsettled.exports, (id) => settleExport(deps.db, port, id));
  await settle(unsettled.destinations, (id) => settleDestination(deps.db, port, id));
  return result;
}

/** One that cannot be settled now does not keep the others open. */
async function attempt(deps: ActivityDeps, id: string, settle: (id: string) => Promise<boolean>): Promise<boolean> {
  try {
    return await settle(id);
  } catch (error) {
    deps.logger.warn({ err: error, id }, 'a deletion could not be finished');
    return false;
  }
}
