import { randomUUID } from 'node:crypto';
import { sql, type UpdateObject } from 'kysely';
import type { ColumnChoice } from '../core/column-choice.ts';
import type { EventFilter } from '../core/filters.ts';
import type { OutputFormat } from '../core/formats.ts';
import type { ExportInterval } from '../core/intervals.ts';
import type { ModelName } from '../core/models.ts';
import type { PrivacyRules } from '../core/privacy.ts';
import type { QueryModel } from '../core/query-model.ts';
import type { ScheduleSettings, ScheduleSpec } from '../core/schedule-spec.ts';
import type { WriteMode } from '../core/write-modes.ts';
import type { Database, Queries } from './database.ts';
import { WEBHOOK_KIND } from './destinations.ts';
import { editConflict, notFound } from './errors.ts';
import { beginPause, beginSchedule, endPause, isOtherSchedule } from './schedules.ts';
import type { ExportSettings, PauseReason, Row, Tables } from './tables.ts';
import { json, nullableJson } from './values.ts';

export interface ExportRecord extends ScheduleSettings {
  id: string;
  teamId: number;
  destinationId: string;
  name: string;
  model: ModelName;
  /** Of the model `sql`, else null. */
  query: QueryModel | null;
  filter: EventFilter;
  format: OutputFormat;
  mode: WriteMode;
  maxFileMb?: number;
  /** Null: every column of the model. */
  columns: ColumnChoice[] | null;
  privacy: PrivacyRules | null;
  paused: boolean;
  /** Present exactly while it is paused. */
  pausedBy?: 'user' | 'auto';
  pauseReason?: PauseReason;
  /** 1 at creation; each change adds one and a row of history. */
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

export interface NewExport extends Partial<Omit<ScheduleSettings, 'interval'>> {
  teamId: number;
  destinationId: string;
  name: string;
  model?: ModelName;
  query?: QueryModel | null;
  interval: ExportInterval;
  filter: EventFilter;
  format: OutputFormat;
  mode?: WriteMode;
  maxFileMb?: number;
  columns?: ColumnChoice[] | null;
  privacy?: PrivacyRules | null;
  paused?: boolean;
  /** Of an export on demand: the one range that it exports, without a schedule. */
  once?: { start: Date; end: Date; download: boolean };
}

/** Absent fields stay; `maxFileMb: null` removes the limit. The destination of an export never changes. */
export interface ExportPatch extends Partial<ScheduleSettings> {
  name?: string;
  query?: QueryModel;
  filter?: EventFilter;
  format?: OutputFormat;
  mode?: WriteMode;
  maxFileMb?: number | null;
  columns?: ColumnChoice[] | null;
  privacy?: PrivacyRules | null;
  expectedVersion?: number;
}

/** The settings a run is pinned to. */
export type ExportVersion = ExportSettings & { exportId: string; version: number };

/** What of an export's settings decides what is read and how it is written. */
export type DryRunSettings = Pick<
  ExportSettings,
  'destinationId' | 'model' | 'query' | 'filter' | 'format' | 'mode' | 'columns' | 'privacy'
>;

export interface ExportKey {
  teamId: number;
  id: string;
}

/** Throws `destination_not_found` unless the destination is the team's own, alive and of a batch kind. */
export async function createExport(db: Database, input: NewExport): Promise<ExportRecord> {
  return db.kysely.transaction().execute(async (tx) => {
    await holdDestination(tx, input);
    const row = await tx
      .insertInto('exports')
      .values({
        id: randomUUID(),
        teamId: input.teamId,
        destinationId: input.destinationId,
        name: input.name,
        model: input.model ?? 'events',
        query: nullableJson(input.query ?? null),
        ...scheduleOf(input),
        filter: json(input.filter),
        format: json(input.format),
        mode: input.mode ?? 'append',
        maxFileMb: input.maxFileMb ?? null,
        columns: nullableJson(input.columns ?? null),
        privacy: nullableJson(input.privacy ?? null),
        onDemand: input.once !== undefined,
        ...pauseColumns(input.paused === true ? { by: 'user' } : undefined),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    if (input.once) {
      await openRange(tx, row.id, input.once);
      return remember(tx, row);
    }
    await beginSchedule(tx, row.id, row);
    if (row.paused) {
      await beginPause(tx, row.id);
    }
    return remember(tx, row);
  });
}

/** The interval of the ledger is made here: without a schedule no run could. */
async function openRange(tx: Queries, exportId: string, once: NonNullable<NewExport['once']>): Promise<void> {
  const { start, end, download } = once;
  await tx.insertInto('onDemandExports').values({ exportId, rangeStart: start, rangeEnd: end, download }).execute();
  await tx.insertInto('intervalLedger').values({ exportId, intervalStart: start, intervalEnd: end }).execute();
}

function scheduleOf(input: Pick<NewExport, keyof ScheduleSettings>): ScheduleSettings {
  const { interval, timeZone = 'UTC', hourOffset = 0, weekdayOffset = 0 } = input;
  const { jitterSeconds = 0, startAt = null, endAt = null } = input;
  return { interval, timeZone, hourOffset, weekdayOffset, jitterSeconds, startAt, endAt };
}

export async function getExport(db: Database, key: ExportKey): Promise<ExportRecord | undefined> {
  const row = await scheduled(db.kysely, key).executeTakeFirst();
  return row && exportRecordOf(row);
}

/**
 * Throws `export_not_found` or `edit_conflict`. Another schedule takes over where the last interval of the old one has
 * ended.
 */
export async function updateExport(db: Database, update: ExportKey & { patch: ExportPatch }): Promise<ExportRecord> {
  const { expectedVersion, query, filter, format, columns, privacy, ...plain } = update.patch;
  return db.kysely.transaction().execute(async (tx) => {
    const row = await lock(tx, update);
    if (expectedVersion !== undefined && expectedVersion !== row.version) {
      throw editConflict('export', update.id);
    }
    const schedule: ScheduleSpec = { ...row, ...plain };
    if (isOtherSchedule(row, schedule)) {
      await beginSchedule(tx, row.id, schedule);
    }
    return changeExport(tx, row, {
      ...plain,
      ...(query ? { query: json(query) } : {}),
      ...(filter ? { filter: json(filter) } : {}),
      ...(format ? { format: json(format) } : {}),
      // Other dates may expect intervals that were passed over; those that have a row keep it.
      ...(plain.startAt !== undefined || plain.endAt !== undefined ? { ledgerUntil: null } : {}),
      ...(columns === undefined ? {} : { columns: nullableJson(columns) }),
      ...(privacy === undefined ? {} : { privacy: nullableJson(privacy) }),
    });
  });
}

/**
 * Throws `export_not_found`. Setting what is set already changes nothing, but a user's pause takes over from Sluice's.
 * On resuming, `fillGap` decides whether the intervals that ended during the pause are still wanted (the default) or
 * given up.
 */
export async function setExportPaused(
  db: Database,
  { paused, fillGap = true, ...key }: ExportKey & { paused: boolean; fillGap?: boolean },
): Promise<ExportRecord> {
  return db.kysely.transaction().execute(async (tx) => {
    const row = await lock(tx, key);
    const wanted = pauseColumns(paused ? { by: 'user' } : undefined);
    if (row.pausedBy === wanted.pausedBy) {
      return exportRecordOf(row);
    }
    if (row.paused !== paused) {
      await (paused ? beginPause(tx, row.id) : endPause(tx, row.id, fillGap));
    }
    return changeExport(tx, row, wanted);
  });
}

interface Pause {
  by: 'user' | 'auto';
  reason?: PauseReason;
}

/** The columns that a pause, or its end, sets together. */
export function pauseColumns(pause: Pause | undefined): {
  paused: boolean;
  pausedBy: 'user' | 'auto' | null;
  pauseReason: ReturnType<typeof json<PauseReason>> | null;
} {
  return {
    paused: pause !== undefined,
    pausedBy: pause?.by ?? null,
    pauseReason: pause?.reason === undefined ? null : json(pause.reason),
  };
}

/** Hides the export; what it had running is ended by `settleExport`. Throws `export_not_found`. */
export async function deleteExport(db: Database, key: ExportKey): Promise<void> {
  await db.kysely.transaction().execute((tx) => hideExport(tx, key));
}

/** Part of a transaction; see `deleteExport`. */
export async function hideExport(tx: Queries, key: ExportKey): Promise<void> {
  const row = await found(live(tx).where('id', '=', key.id).where('teamId', '=', key.teamId), key);
  await changeExport(tx, row, { deletedAt: sql<Date>`now()` });
}

export async function getExportVersion(
  db: Database,
  exportId: string,
  version: number,
): Promise<ExportVersion | undefined> {
  const row = await db.kysely
    .selectFrom('exportVersions')
    .selectAll()
    .where('exportId', '=', exportId)
    .where('version', '=', version)
    .executeTakeFirst();
  return row && { ...row.settings, ...datesOf(row.settings), exportId, version };
}

/** JSON has no dates. */
function datesOf({ startAt, endAt }: ExportSettings): Pick<ExportSettings, 'startAt' | 'endAt'> {
  return { startAt: startAt && new Date(startAt), endAt: endAt && new Date(endAt) };
}

/** Keeps the destination from being deleted until the export that uses it is stored. */
async function holdDestination(tx: Queries, owner: { teamId: number; destinationId: string }): Promise<void> {
  const found = await tx
    .selectFrom('destinations')
    .select('id')
    .where('id', '=', owner.destinationId)
    .where('teamId', '=', owner.teamId)
    .where('kind', '!=', WEBHOOK_KIND)
    .where('deletedAt', 'is', null)
    .forShare()
    .executeTakeFirst();
  if (!found) {
    throw notFound('destination', owner.destinationId);
  }
}

/** An export on demand is none of the team's exports: it can only be deleted. */
function scheduled(queries: Queries, key: ExportKey) {
  return live(queries).where('id', '=', key.id).where('teamId', '=', key.teamId).where('onDemand', '=', false);
}

function live(queries: Queries) {
  return queries.selectFrom('exports').selectAll().where('deletedAt', 'is', null);
}

function lock(tx: Queries, key: ExportKey): Promise<Row<'exports'>> {
  return found(scheduled(tx, key), key);
}

async function found(query: ReturnType<typeof live>, key: ExportKey): Promise<Row<'exports'>> {
  const row = await query.forUpdate().executeTakeFirst();
  if (!row) {
    throw notFound('export', key.id);
  }
  return row;
}

type Change = UpdateObject<Tables, 'exports'>;

export async function changeExport(tx: Queries, row: Row<'exports'>, values: Change): Promise<ExportRecord> {
  const changed = await tx
    .updateTable('exports')
    .set({ ...values, version: row.version + 1, updatedAt: sql<Date>`now()` })
    .where('id', '=', row.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return remember(tx, changed);
}

async function remember(tx: Queries, row: Row<'exports'>): Promise<ExportRecord> {
  await tx
    .insertInto('exportVersions')
    .values({ exportId: row.id, version: row.version, settings: json(settingsOf(row)) })
    .execute();
  return exportRecordOf(row);
}

function settingsOf(row: Row<'exports'>): ExportSettings {
  const { destinationId, name, model, query, filter, format, mode, maxFileMb, columns, privacy, paused } = row;
  const what = { model, query, filter, columns, privacy };
  return { destinationId, name, ...what, ...scheduleOf(row), format, mode, maxFileMb, paused };
}

export function exportRecordOf(row: Row<'exports'>): ExportRecord {
  const { id, teamId, version, createdAt, updatedAt } = row;
  const { maxFileMb, ...settings } = settingsOf(row);
  return {
    id,
    teamId,
    ...settings,
    ...(maxFileMb === null ? {} : { maxFileMb }),
    ...(row.pausedBy === null ? {} : { pausedBy: row.pausedBy }),
    ...(row.pauseReason === null ? {} : { pauseReason: row.pauseReason }),
    version,
    createdAt,
    updatedAt,
  };
}
