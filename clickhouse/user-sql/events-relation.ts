import { EVENT_COLUMNS } from '../../core/columns.ts';
import { quoteName } from '../sql.ts';

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
 */
export function eventsRelation(database: string): string {
  const log = `${quoteName(database)}.event_log AS __log`;
  const seen = `${quoteName(database)}.event_first_seen AS __seen`;
  const own = `__log.team_id = ${TEAM} AND __log.inserted_at < ${BEFORE}`;
  const grouped = `FROM ${seen} WHERE __seen.team_id = ${TEAM} GROUP BY __seen.uuid HAVING sum(__seen.copies) > 1`;
  const several = `SELECT __seen.uuid AS __uuid, min(__seen.first_seen) AS __first ${grouped}`;
  return `SELECT ${COLUMNS} FROM ${log} WHERE ${own} AND __log.uuid NOT IN (SELECT __seen.uuid ${grouped})
    UNION ALL SELECT * FROM (SELECT ${COLUMNS} FROM ${log} INNER JOIN (${several}) AS __several ON __log.uuid = __several.__uuid
    WHERE ${own} AND __log.inserted_at <= __several.__first LIMIT 1 BY __log.inserted_at, __log.uuid)`;
}
