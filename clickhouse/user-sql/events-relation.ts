import { EVENT_COLUMNS } from '../../core/columns.ts';
import { quoteName } from '../sql.ts';
import type { HiddenColumns } from './hidden-columns.ts';

/** Parameters that every statement with this text needs. */
export interface RelationParams {
  scope_team: number;
}

const COLUMNS = EVENT_COLUMNS.map(({ name }) => `__log.${quoteName(name)} AS ${quoteName(name)}`).join(', ');
const TEAM = '{scope_team:UInt32}';
const BEFORE = "{interval_end:DateTime64(6, 'UTC')}";

/**
 * What `events` stands for: the team's events that were ingested before the interval's end, as far back as the log
 * reaches, each once (the first arrival, as the model `events` decides it). Its own columns are all written with an
 * alias that begins with two underscores, which no query can contain: no alias of a query can take their place.
 *
 * With `hidden` a query sees of each column what the rules leave of it.
 *
 * PREWHERE, not WHERE: the engine merges a query's conditions with those of a subquery, and computes them on rows of other
 * teams in the same granule, whose values then stand in the error of a conversion. What is in PREWHERE filters first.
 */
export function eventsRelation(database: string, hidden?: Pick<HiddenColumns, 'sqlOf'>): string {
  const rows = firstArrivals(database);
  if (hidden === undefined) {
    return rows;
  }
  // Once around both parts, since the expressions are long.
  const columns = EVENT_COLUMNS.map(({ name }) => `${hidden.sqlOf(name, '__events')} AS ${quoteName(name)}`);
  return `SELECT ${columns.join(', ')} FROM (${rows}) AS __events`;
}

function firstArrivals(database: string): string {
  const seen = `${quoteName(database)}.event_first_seen AS __seen PREWHERE __seen.team_id = ${TEAM}`;
  const own = `${quoteName(database)}.event_log AS __log PREWHERE __log.team_id = ${TEAM} AND __log.inserted_at < ${BEFORE}`;
  const grouped = `FROM ${seen} GROUP BY __seen.uuid HAVING sum(__seen.copies) > 1`;
  const several = `SELECT __seen.uuid AS __uuid, min(__seen.first_seen) AS __first ${grouped}`;
  return `SELECT ${COLUMNS} FROM ${own} WHERE __log.uuid NOT IN (SELECT __seen.uuid ${grouped})
    UNION ALL SELECT * FROM (SELECT ${COLUMNS} FROM (SELECT * FROM ${own}) AS __log INNER JOIN (${several}) AS __several
    ON __log.uuid = __several.__uuid WHERE __log.inserted_at <= __several.__first LIMIT 1 BY __log.inserted_at, __log.uuid)`;
}
