import type { SqlFragment } from '../../core/filters.ts';
import { clickhouseTime, type MicrosRange } from '../../core/time.ts';
import { eventsRelation } from './events-relation.ts';
import { hiddenColumns, type Hiding } from './hidden-columns.ts';
import { parseQuery } from './parse-query.ts';
import { printQuery } from './printer.ts';
import { QueryRefusal, refusedQuery } from './refusal.ts';

export interface QueryScope {
  teamId: number;
  range: MicrosRange;
  /** What the query must not see; absent: it sees whole events. */
  hides?: Hiding;
}

/** Longer queries are written by programs. */
export const MAX_QUERY_CHARS = 32_768;

/**
 * A customer's query as a statement that reads the team's own events and nothing else. The text that goes to the
 * engine is written from the parsed query, never copied. Throws query_refused with the place and a remedy.
 */
export function compileUserQuery(text: string, database: string, { teamId, range, hides }: QueryScope): SqlFragment {
  try {
    if (text.length > MAX_QUERY_CHARS) {
      throw new QueryRefusal(0, `the query is longer than ${String(MAX_QUERY_CHARS)} characters`, 'Shorten it.');
    }
    const query = parseQuery(text);
    const hidden = hides && hiddenColumns(hides);
    const sql = printQuery(query, { events: eventsRelation(database, hidden) });
    return { sql, params: { scope_team: teamId, ...boundParams(range), ...hidden?.params } };
  } catch (error) {
    throw refusedQuery(text, error);
  }
}

function boundParams({ startMicros, endMicros }: MicrosRange): Record<string, string> {
  return { interval_start: clickhouseTime(startMicros), interval_end: clickhouseTime(endMicros) };
}
