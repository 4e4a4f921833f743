import { z } from 'zod';
import type { Column, ColumnType } from '../core/columns.ts';
import { queryModelProblem, type QueryModel } from '../core/query-model.ts';
import { MICROS_PER_MS, type MicrosRange } from '../core/time.ts';
import type { WriteMode } from '../core/write-modes.ts';
import type { ApiDeps } from './deps.ts';
import { fieldError, forField } from './problem.ts';

const columnName = z.string().min(1).max(128);
export const querySchema = z
  .string()
  .min(1)
  .max(32_768)
  .describe('A SELECT over `events` with {interval_start} and {interval_end}; see docs/sql-model.md.');

/** Of the model `sql`. */
export const queryFields = {
  query: querySchema.optional(),
  key: z.array(columnName).max(16).optional().describe('Columns of the query that identify a row.'),
  version_column: columnName.nullable().optional().describe('With merge: the column whose greater value wins.'),
};
export const queryViewFields = {
  query: z.string().nullable().describe('Of the model `sql`.'),
  key: z.array(z.string()).nullable().describe('Columns that identify a row; null: those of the model.'),
  version_column: z.string().nullable(),
};

type QueryBody = { [Name in keyof typeof queryFields]?: z.output<(typeof queryFields)[Name]> };

export function queryView(query: QueryModel | null): {
  query: string | null;
  key: string[] | null;
  version_column: string | null;
} {
  return { query: query?.text ?? null, key: query && [...query.key], version_column: query?.versionColumn ?? null };
}

export interface WantedQuery {
  teamId: number;
  model: 'events' | 'sql';
  mode: WriteMode;
  /** Settings that only the model `events` has; empty when they are null or have no members. */
  eventsOnly: Record<'filter' | 'columns', object | null>;
  before: QueryModel | null;
}

/** What the export will read, checked with the engine; null for every model but `sql`. */
export async function chooseQuery(deps: ApiDeps, body: QueryBody, wanted: WantedQuery): Promise<QueryModel | null> {
  const { model, before, mode, teamId } = wanted;
  if (model !== 'sql') {
    refuseFields(body);
    return null;
  }
  const text = body.query ?? before?.text;
  if (text === undefined) {
    throw unfit('query', 'the model sql needs a query', 'Send `query`.');
  }
  refuseEventsOnly(wanted.eventsOnly);
  const versionColumn = body.version_column === undefined ? (before?.versionColumn ?? null) : body.version_column;
  const query = { text, key: body.key ?? before?.key ?? [], versionColumn };
  const range = lastHour(deps);
  const columns = await forField('query', () => deps.queries.columns({ teamId, text, range }));
  const problem = queryModelProblem(query, columns, mode);
  if (problem !== undefined) {
    throw unfit(problem.field, problem.message, problem.remedy, 'query_columns_unusable');
  }
  return query;
}

function refuseFields(body: QueryBody): void {
  const given = (Object.keys(queryFields) as (keyof typeof queryFields)[]).find((name) => body[name] !== undefined);
  if (given !== undefined) {
    throw unfit(given, 'only the model sql has this field', 'Leave it out, or send `"model": "sql"`.');
  }
}

const INSTEAD: Record<keyof WantedQuery['eventsOnly'], string> = {
  filter: "Write a condition, such as WHERE event = 'order placed' AND JSONExtractString(properties, 'plan') = 'pro'.",
  columns: "Name the columns in the SELECT list, such as distinct_id AS customer, toDate(timestamp, 'UTC') AS day.",
};

function refuseEventsOnly(settings: WantedQuery['eventsOnly']): void {
  const given = Object.entries(settings).find(([, value]) => value !== null && Object.keys(value).length > 0)?.[0];
  if (given !== undefined) {
    throw fieldError(given, {
      code: 'query_setting_unsupported',
      message: `${given}: an export of the model sql says this in its query`,
      remedy: `Leave it out. ${INSTEAD[given as keyof typeof INSTEAD]}`,
    });
  }
}

function unfit(
  field: string,
  message: string,
  remedy: string,
  code: string = 'validation_failed',
): ReturnType<typeof fieldError> {
  return fieldError(field, { code, message: `${field}: ${message}`, remedy });
}

/** The last whole hour: an interval to try a query with. */
export function lastHour({ now }: ApiDeps): MicrosRange {
  const hourMs = 3_600_000;
  const endMs = Math.floor((now?.() ?? new Date()).getTime() / hourMs) * hourMs;
  return { startMicros: (endMs - hourMs) * MICROS_PER_MS, endMicros: endMs * MICROS_PER_MS };
}

/** For people: `int64`, `timestamp(6)`. */
function typeText(type: ColumnType): string {
  switch (type.kind) {
    case 'integer':
      return `${type.signed ? '' : 'u'}int${String(type.bits)}`;
    case 'float':
      return `float${String(type.bits)}`;
    case 'decimal':
      return `decimal(${String(type.precision)}, ${String(type.scale)})`;
    case 'timestamp':
      return `timestamp(${String(type.precision)})`;
    default:
      return type.kind;
  }
}

export const columnSchema = z.object({ name: z.string(), type: z.string(), nullable: z.boolean() });

export function columnView({ name, type, nullable }: Column): z.output<typeof columnSchema> {
  return { name, type: typeText(type), nullable };
}
