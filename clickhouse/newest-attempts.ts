import type { AttemptRow } from './attempt-log.ts';
import { listAttempts, type AttemptListQuery } from './attempt-queries.ts';
import type { ClickHouse } from './client.ts';

const HOUR_MS = 3_600_000;
/**
 * How far back is looked, in turn, until a page is full. The log has a partition for each day, and a page of a busy
 * webhook is in the newest one: without this, each page would read all that it has had in a month.
 */
const LOOKS_MS = [6 * HOUR_MS, 48 * HOUR_MS];
const SEARCH_LOOKS_MS = [6 * HOUR_MS];
/** A search through no more than this is one look: each costs the engine 25 ms before it reads anything (docs/performance.md). */
const SEARCHED_AT_ONCE_MS = 8 * 24 * HOUR_MS;

/** As `listAttempts`, which it asks for no more than a page needs, and for no time twice. */
export async function newestAttempts(ch: ClickHouse, query: AttemptListQuery): Promise<AttemptRow[]> {
  const end = query.before?.attemptedAt ?? query.to ?? new Date();
  const found: AttemptRow[] = [];
  let older = query;
  for (const lookMs of looksOf(query, end)) {
    const from = new Date(end.getTime() - lookMs);
    if (query.from !== undefined && query.from >= from) {
      break;
    }
    found.push(...(await listAttempts(ch, { ...older, from })));
    if (found.length >= query.limit) {
      return found;
    }
    older = { ...query, to: from, limit: query.limit - found.length };
  }
  found.push(...(await listAttempts(ch, older)));
  return found;
}

function looksOf({ search, from }: AttemptListQuery, end: Date): readonly number[] {
  if (search === undefined) {
    return LOOKS_MS;
  }
  const isShort = from !== undefined && end.getTime() - from.getTime() <= SEARCHED_AT_ONCE_MS;
  return isShort ? [] : SEARCH_LOOKS_MS;
}
