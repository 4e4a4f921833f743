import { LOG_LEVELS, type LogLevel, type LogPosition } from '../core/user-log.ts';
import { clickhouseTime, microsOf } from '../core/time.ts';
import type { ClickHouse } from './client.ts';

export type LogSource = 'export_run' | 'delivery';

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

/** A line as it was stored, with its place in the log. */
export type StoredLogEntry = LogEntry & { position: LogPosition };

export interface LogQuery {
  teamId: number;
  source: LogSource;
  sourceId: string;
  /** Absent: all. */
  levels?: readonly LogLevel[];
  limit: number;
  after?: LogPosition;
}

/** Oldest first. */
export async function listLogEntries(ch: ClickHouse, query: LogQuery): Promise<StoredLogEntry[]> {
  const after = query.after ?? { loggedMs: 0, hash: '0' };
  const rows = await ch.rows<Omit<LogEntry, 'loggedAt' | 'fields'> & LogPosition & { fieldsJson: string }>({
    sql: `SELECT team_id AS teamId, source, source_id AS sourceId, level, message, fields AS fieldsJson,
        toUnixTimestamp64Milli(logged_at) AS loggedMs, toString(cityHash64(level, message, fields)) AS hash
      FROM log_entries WHERE team_id = {team:UInt32} AND source = {source:String} AND source_id = {id:String}
        AND level IN {levels:Array(String)}
        AND (logged_at, cityHash64(level, message, fields)) >
          (fromUnixTimestamp64Milli({afterMs:Int64}, 'UTC'), {afterHash:UInt64})
      ORDER BY logged_at, cityHash64(level, message, fields) LIMIT {limit:UInt32}`,
    params: {
      ...{ team: query.teamId, source: query.source, id: query.sourceId, limit: query.limit },
      ...{ levels: query.levels ?? LOG_LEVELS, afterMs: after.loggedMs, afterHash: after.hash },
    },
  });
  return rows.map(({ loggedMs, hash, fieldsJson, ...row }) => ({
    ...row,
    loggedAt: new Date(loggedMs),
    fields: JSON.parse(fieldsJson) as Record<string, unknown>,
    position: { loggedMs, hash },
  }));
}

/** What the run's last commit said; undefined when it wrote no manifest, or the log has forgotten. */
export async function runManifest(
  ch: ClickHouse,
  { teamId, runId }: { teamId: number; runId: string },
): Promise<string | undefined> {
  const [row] = await ch.rows<{ manifest: string }>({
    sql: `SELECT JSONExtractString(fields, 'manifest') AS manifest FROM log_entries
      WHERE team_id = {team:UInt32} AND source = 'export_run' AND source_id = {id:String} AND manifest != ''
      ORDER BY logged_at DESC LIMIT 1`,
    params: { team: teamId, id: runId },
  });
  return row?.manifest;
}
