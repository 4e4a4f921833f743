import { BackfillRows } from '../../test/workflows/backfill-rows.ts';
import {
  continuedBackfill,
  continuedReplay,
  startShortHistories,
  type History,
} from '../../test/workflows/continued.ts';
import type { Recorded } from './stage.ts';

/** Executions that hand over to a new one, and those that took over; on a server to which histories are long soon. */
export async function continued(): Promise<Recorded[]> {
  const server = await startShortHistories();
  try {
    const backfill = await continuedBackfill(server, new BackfillRows(12));
    const replay = await continuedReplay(server);
    return [...ends('backfill', backfill.histories), ...ends('replay', replay.histories)];
  } finally {
    await server.stop();
  }
}

function ends(workflow: string, histories: readonly History[]): Recorded[] {
  const [first, last] = [histories[0], histories.at(-1)];
  if (first === undefined || last === undefined || first === last) {
    throw new Error(`the ${workflow} did not go on in a new execution`);
  }
  return [
    { workflow, scenario: 'continued', history: first },
    { workflow, scenario: 'taken-over', history: last },
  ];
}
