import { errorCode } from '../../core/errors.ts';
import type { ChunkReceipt, CommitReceipt } from '../contract.ts';
import { fileChanged, fileMissing, generationTaken } from '../errors.ts';
import { stageContended } from './errors.ts';
import { gatherRows } from './gather.ts';
import type { LedgerEntry } from './ledger.ts';
import type { Scope } from './scope.ts';
import {
  contendedIfGone,
  createStage,
  dropStage,
  isTableGone,
  listStages,
  movePartitions,
  readNote,
  renameUnlessTaken,
  writeNote,
} from './stage.ts';

/*
 * Exactly once without locks or transactions. What ClickHouse gives is: a name is taken by one table only (CREATE and
 * RENAME are atomic), and MOVE PARTITION takes rows out of one table at the very moment it puts them into another.
 *
 *   claim    a ledger row: older generations that look from now on stop
 *   gather   the interval's rows, linked from the chunks' stages into a table of this attempt
 *   seal     RENAME to the generation's one sealed name: of several attempts one wins, the others drop theirs
 *   move     sealed -> table; repeated or done by several at once, no row can move twice
 *   ledger   committed
 *   sweep    stages are dropped, always after the ledger says committed
 *
 * The ledger is read again after each table was made or renamed: a name could be free only because another attempt had
 * finished and swept, and then the ledger says so.
 */

/** Makes the interval visible. Throws run_superseded, destination_generation_taken, destination_file_missing. */
export async function commitInterval(scope: Scope, chunks: readonly ChunkReceipt[]): Promise<CommitReceipt> {
  const { ledger } = scope;
  if ((await ledger.judge()) !== 'done') {
    await ledger.claim();
    const outcome = await seal(scope, chunks).catch((error: unknown) => judgeOvertaken(scope, error));
    if (outcome !== 'done') {
      const completing = complete(scope, scope.context.generation);
      const entry = await completing.catch((error: unknown) => judgeOvertaken(scope, error));
      return receiptOf(entry === 'done' ? await committedEntry(scope) : entry, outcome === 'adopted');
    }
  }
  await sweep(scope);
  return receiptOf(await committedEntry(scope), true);
}

/** A table that is gone was swept by another attempt, after the ledger said committed. Anything else is thrown. */
async function judgeOvertaken({ ledger }: Scope, error: unknown): Promise<'done'> {
  if (isSweptAway(error) && (await ledger.judge()) === 'done') {
    return 'done';
  }
  throw contendedIfGone(error);
}

const SWEPT_AWAY = new Set([
  'destination_file_missing',
  'destination_file_changed',
  'clickhouse_target_stage_contended',
]);

function isSweptAway(error: unknown): boolean {
  return isTableGone(error) || SWEPT_AWAY.has(errorCode(error) ?? '');
}

/**
 * Leaves the interval's rows under the sealed name, put there by this attempt or by another one. `done`: this generation
 * has been committed meanwhile.
 */
async function seal(scope: Scope, chunks: readonly ChunkReceipt[]): Promise<'sealed' | 'adopted' | 'done'> {
  const { place, names, ledger, context } = scope;
  const mine = names.gather();
  await createStage(place, mine, scope.table);
  // From here on a newer generation either sees this table and drops it, or is seen by this look.
  if ((await ledger.judge()) === 'done') {
    return 'done';
  }
  const sealed = names.sealed(context.generation);
  let outcome: 'sealed' | 'adopted' = 'adopted';
  if ((await readNote(place, sealed)) === undefined) {
    const older = await finishOlder(scope);
    await assertStaged(scope, chunks);
    await writeNote(place, mine, await gatherRows(scope, mine, chunks, older));
    outcome = (await renameUnlessTaken(place, mine, sealed)) === 'renamed' ? 'sealed' : 'adopted';
  }
  return (await ledger.judge()) === 'done' ? 'done' : outcome;
}

async function assertStaged({ place, names }: Scope, chunks: readonly ChunkReceipt[]): Promise<void> {
  const staged = new Set((await listStages(place, names.base)).map(({ name }) => name));
  for (const { key } of chunks.flatMap(({ files }) => files)) {
    if (!staged.has(key)) {
      throw fileMissing(key);
    }
  }
}

/**
 * Ends the older generations. One that has sealed may have become visible in part: it is completed. The others can no
 * longer seal once their tables are gone. Returns the newest of them that is committed.
 */
async function finishOlder(scope: Scope): Promise<LedgerEntry | undefined> {
  const { place, names, context } = scope;
  const older = async (kind: 'gather' | 'sealed'): Promise<{ name: string; generation: number }[]> =>
    (await listStages(place, names.base)).filter(
      (stage) => stage.kind === kind && stage.generation < context.generation,
    );
  for (const { name } of await older('gather')) {
    await dropStage(place, name);
  }
  for (const { generation } of await older('sealed')) {
    await complete(scope, generation);
  }
  const entries = await scope.ledger.entries();
  return entries.find((entry) => entry.committed && entry.generation < context.generation);
}

/** Moves what is sealed into the table and says so in the ledger. */
async function complete(scope: Scope, generation: number): Promise<LedgerEntry> {
  const { place, names, ledger, context } = scope;
  const sealed = names.sealed(generation);
  const known = (await ledger.entries()).find((entry) => entry.committed && entry.generation === generation);
  if (known === undefined) {
    const note = await readNote(place, sealed);
    if (note === undefined) {
      throw stageContended(`${sealed} is gone`);
    }
    if (generation === context.generation && note.runId !== context.runId) {
      throw generationTaken(generation, note.runId);
    }
    await movePartitions(place, sealed, scope.table);
    const { runId, rows, bytes, files = 0 } = note;
    await ledger.write({ generation, runId, committed: true, rows, bytes, files });
  }
  await sweep(scope);
  return known ?? (await committedEntry(scope, generation));
}

async function committedEntry(scope: Scope, generation = scope.context.generation): Promise<LedgerEntry> {
  const entry = (await scope.ledger.entries()).find((one) => one.committed && one.generation === generation);
  if (entry === undefined) {
    throw fileChanged('the ledger', 'its row is gone');
  }
  return entry;
}

/** Stages of committed generations are rubbish. */
export async function sweep({ place, names, ledger }: Scope): Promise<void> {
  const committed = (await ledger.entries()).find((entry) => entry.committed)?.generation ?? -1;
  for (const { name, generation } of await listStages(place, names.base)) {
    if (generation <= committed) {
      await dropStage(place, name);
    }
  }
}

function receiptOf({ rows, bytes, files }: LedgerEntry, alreadyCommitted: boolean): CommitReceipt {
  return { rows, bytes, files, alreadyCommitted };
}
