import { clickhouseTime, microsOf } from '../core/time.ts';
import type { ClickHouse } from './client.ts';

export type LogSource = 'export_run' | 'delivery';
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** What a user reads about a run or a delivery. Never a secret. */
export interface LogEntry {
  teamId: number;
  source: LogSource;
  sourceId: string;
  level: LogLevel;
  message: string;
  loggedAt: Date;
  /** JSON-serializable. */
  fields: Record<string, unknown>;
}

const COLUMNS = ['team_id', 'source', 'source_id', 'level', 'message', 'logged_at', 'fields'];

export async function appendLogEntries(ch: ClickHouse, entries: readonly LogEntry[]): Promise<void> {
  const values = entries.map((entry) => ({
    team_id: entry.teamId,
    source: entry.source,
    source_id: entry.sourceId,
    level: entry.level,
    // Through UTF-8 and back: a lone surrogate would make ClickHouse refuse the whole insert.
    message: Buffer.from(entry.message).toString(),
    logged_at: clickhouseTime(microsOf(entry.loggedAt)),
    fields: JSON.stringify(entry.fields),
  }));
  await ch.insert('log_entries', COLUMNS, values, { settings: { async_insert: 0 } });
}

/** Newest first. */
export async function listLogEntries(
  ch: ClickHouse,
  query: { teamId: number; source: LogSource; sourceId: string; limit: number },
): Promise<LogEntry[]> {
  const rows = await ch.rows<Omit<LogEntry, 'loggedAt' | 'fields'> & { loggedMs: number; fieldsJson: string }>({
    sql: `SELECT team_id AS teamId, source, source_id AS sourceId, level, message,
        toUnixTimestamp64Milli(logged_at) AS loggedMs, fields AS fieldsJson
      FROM log_entries WHERE team_id = {team:UInt32} AND source = {source:String} AND source_id = {id:String}
      ORDER BY logged_at DESC LIMIT {limit:UInt32}`,
    params: { team: query.teamId, source: query.source, id: query.sourceId, limit: query.limit },
  });
  return rows.map(({ loggedMs, fieldsJson, ...row }) => ({
    ...row,
    loggedAt: new Date(loggedMs),
    fields: JSON.parse(fieldsJson) as Record<string, unknown>,
  }));
}
