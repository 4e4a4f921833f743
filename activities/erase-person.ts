import { Context } from '@temporalio/activity';
import {
  countErasable,
  ERASABLE_TABLES,
  eraseRows,
  forgetErasure,
  noteErasure,
  type ErasableTable,
} from '../clickhouse/erasure.ts';
import { nowMicros } from '../clickhouse/tail.ts';
import { ERASURE_PLACES, textTerms, type ErasurePlace, type ErasureStatus } from '../core/erasure.ts';
import { SluiceError } from '../core/errors.ts';
import { countNotes, deleteMessages, eraseNotes, messagesWith } from '../store/erase-text.ts';
import { endErasure, noteErased, openErasure, type OpenErasure } from '../store/erasures.ts';
import { beating } from './beating.ts';
import type { ActivityDeps } from './deps.ts';

interface Ref {
  erasureId: string;
}

/** The first call says up to when events are erased: what is stamped before may become visible a little later. */
export async function beginErasure(deps: ActivityDeps, input: Ref): Promise<{ settleMs: number } | undefined> {
  const open = await openErasure(deps.db, deps.box, { ...input, nowMicros: await nowMicros(deps.clickhouse) });
  return open && { settleMs: deps.settings.visibilityBoundMs };
}

export async function collectErasure(deps: ActivityDeps, input: Ref): Promise<void> {
  const erasure = await open(deps, input);
  await beating(async () => {
    const messageIds = await messagesWith(deps.db, wholeValues(erasure));
    await noteErasure(deps.clickhouse, erasure, { subject: erasure.subject, messageIds });
  });
}

/** Answers how many rows there were. */
export async function eraseFrom(
  deps: ActivityDeps,
  { erasureId, place }: Ref & { place: ErasurePlace },
): Promise<{ rows: number }> {
  const erasure = await open(deps, { erasureId });
  const rows = await beating(() =>
    isTable(place) ? eraseTable(deps, place, erasure) : eraseText(deps, place, erasure),
  );
  await noteErased(deps.db, { erasureId, place, rows });
  return { rows };
}

export async function leftToErase(deps: ActivityDeps, input: Ref): Promise<{ rows: number }> {
  const erasure = await open(deps, input);
  return beating(async () => {
    let rows = 0;
    for (const place of ERASURE_PLACES) {
      rows += await countIn(deps, place, erasure);
    }
    return { rows };
  });
}

/** Forgets who it was, wherever that was put down. */
export async function finishErasure(
  deps: ActivityDeps,
  { erasureId, status }: Ref & { status: Exclude<ErasureStatus, 'running'> },
): Promise<void> {
  await forgetErasure(deps.clickhouse, erasureId);
  await endErasure(deps.db, { erasureId, status });
}

async function eraseTable(deps: ActivityDeps, table: ErasableTable, erasure: OpenErasure): Promise<number> {
  const rows = await countErasable(deps.clickhouse, table, erasure);
  if (rows > 0) {
    await eraseRows(deps.clickhouse, table, erasure, Context.current().cancellationSignal);
  }
  return rows;
}

function eraseText({ db }: ActivityDeps, place: TextPlace, erasure: OpenErasure): Promise<number> {
  return place === 'messages' ? deleteMessages(db, wholeValues(erasure)) : eraseNotes(db, anywhere(erasure));
}

async function countIn({ db, clickhouse }: ActivityDeps, place: ErasurePlace, erasure: OpenErasure): Promise<number> {
  if (isTable(place)) {
    return countErasable(clickhouse, place, erasure);
  }
  return place === 'messages'
    ? (await messagesWith(db, wholeValues(erasure))).length
    : countNotes(db, anywhere(erasure));
}

type TextPlace = Exclude<ErasurePlace, ErasableTable>;

function isTable(place: ErasurePlace): place is ErasableTable {
  return ERASABLE_TABLES.some((table) => table === place);
}

function wholeValues({ teamId, subject }: OpenErasure): { teamId: number; terms: string[] } {
  return { teamId, terms: textTerms(subject).quoted };
}

function anywhere({ teamId, subject }: OpenErasure): { teamId: number; terms: string[] } {
  return { teamId, terms: textTerms(subject).text };
}

async function open(deps: ActivityDeps, { erasureId }: Ref): Promise<OpenErasure> {
  const erasure = await openErasure(deps.db, deps.box, { erasureId, nowMicros: await nowMicros(deps.clickhouse) });
  if (erasure === undefined) {
    throw new SluiceError({
      code: 'erasure_over',
      message: `the erasure ${erasureId} has ended`,
      retryable: false,
      fault: 'platform',
      remedy: 'Ask for a new one.',
    });
  }
  return erasure;
}
