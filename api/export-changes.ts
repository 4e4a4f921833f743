import { z } from 'zod';
import { MODELS } from '../core/models.ts';
import type { QueryModel } from '../core/query-model.ts';
import type { DestinationRecord } from '../store/destinations.ts';
import {
  createExport,
  deleteExport,
  setExportPaused,
  type DryRunSettings,
  type ExportPatch,
  type ExportRecord,
  type NewExport,
} from '../store/exports.ts';
import { assertMergeable, columnsOf, columnsSchema, privacyOf, privacySchema } from './column-schema.ts';
import type { ApiDeps } from './deps.ts';
import { findDestinationRecord } from './destination-view.ts';
import {
  chooseFormat,
  chooseMode,
  destinationOf,
  exportSchedule,
  formatSchema,
  maxFileMbSchema,
  modeSchema,
} from './export-view.ts';
import { noticeOfResume } from './export-notices.ts';
import { forField } from './problem.ts';
import { chooseQuery, queryFields } from './query-model.ts';
import { newSchedule, schedulePatch, scheduleChange } from './schedule-fields.ts';
import { filterOf, filterSchema, nameSchema } from './schemas.ts';
import { steering } from './temporal-errors.ts';

export const newExport = z.strictObject({
  name: nameSchema,
  destination_id: z.uuid(),
  model: z.enum(MODELS).default('events'),
  ...queryFields,
  ...newSchedule,
  filter: filterSchema.default({}),
  format: formatSchema.optional().describe("Default: the destination's first format."),
  mode: modeSchema.default('append'),
  max_file_mb: maxFileMbSchema.optional(),
  columns: columnsSchema.nullable().default(null).describe('null: every column of the model.'),
  privacy: privacySchema.nullable().default(null),
  paused: z.boolean().default(false),
});

/** Absent: stays. */
export const exportPatch = z.strictObject({
  name: nameSchema.optional(),
  ...queryFields,
  ...schedulePatch,
  filter: filterSchema.optional(),
  format: formatSchema.optional(),
  mode: modeSchema.optional(),
  max_file_mb: maxFileMbSchema.nullable().optional().describe('null removes the limit.'),
  columns: columnsSchema.nullable().optional().describe('null: every column of the model.'),
  privacy: privacySchema.nullable().optional().describe('null: everything as it is.'),
});

/** An export whose schedule cannot be made is not kept. */
export async function createScheduledExport(
  deps: ApiDeps,
  teamId: number,
  body: z.output<typeof newExport>,
): Promise<ExportRecord> {
  const key = { teamId, id: body.destination_id };
  const destination = await forField('destination_id', () => findDestinationRecord(deps, key));
  return withoutHalves(deps, await createFor(deps, destination, body), (record) => withSchedule(deps, record));
}

/** What Temporal did not take is not kept. */
export async function withoutHalves<Result>(
  deps: ApiDeps,
  record: ExportRecord,
  start: (record: ExportRecord) => Promise<Result>,
): Promise<Result> {
  try {
    return await start(record);
  } catch (error) {
    await deleteExport(deps.db, { teamId: record.teamId, id: record.id });
    throw error;
  }
}

/** Stores an export to this destination; refuses what its kind cannot do. */
export async function createFor(
  deps: ApiDeps,
  destination: DestinationRecord,
  body: z.output<typeof newExport>,
  once?: NewExport['once'],
): Promise<ExportRecord> {
  const { name, interval, paused, max_file_mb: maxFileMb } = body;
  return createExport(deps.db, {
    teamId: destination.teamId,
    ...(once ? { once } : {}),
    ...{ name, interval, paused },
    ...scheduleChange(body),
    ...(await readingFor(deps, destination, body)),
    ...(maxFileMb === undefined ? {} : { maxFileMb }),
  });
}

/** What a new export reads and how it writes it; refuses what its destination cannot do. */
export async function newReading(
  deps: ApiDeps,
  teamId: number,
  body: Omit<z.output<typeof newExport>, 'name'>,
): Promise<DryRunSettings> {
  const key = { teamId, id: body.destination_id };
  return readingFor(deps, await forField('destination_id', () => findDestinationRecord(deps, key)), body);
}

async function readingFor(
  deps: ApiDeps,
  destination: DestinationRecord,
  body: Omit<z.output<typeof newExport>, 'name'>,
): Promise<DryRunSettings> {
  const { teamId } = destination;
  const kind = deps.findDestination(destination.kind);
  const mode = chooseMode(kind, body.mode);
  const columns = columnsOf(body.columns);
  assertMergeable(mode, columns);
  const eventsOnly = { filter: filterOf(body.filter), columns };
  return {
    destinationId: destination.id,
    model: body.model,
    format: chooseFormat(kind, body.format),
    mode,
    ...eventsOnly,
    privacy: privacyOf(body.privacy),
    query: await chooseQuery(deps, body, { teamId, model: body.model, mode, eventsOnly, before: null }),
  };
}

export async function patchOf(
  deps: ApiDeps,
  record: ExportRecord,
  body: z.output<typeof exportPatch>,
): Promise<ExportPatch> {
  const destination = deps.findDestination((await destinationOf(deps, record)).kind);
  const columns = body.columns === undefined ? undefined : columnsOf(body.columns);
  assertMergeable(body.mode ?? record.mode, columns === undefined ? record.columns : columns);
  const query = await changedQuery(deps, record, body);
  return {
    expectedVersion: record.version,
    ...(body.name === undefined ? {} : { name: body.name }),
    ...(query === null ? {} : { query }),
    ...scheduleChange(body, record),
    ...(body.filter === undefined ? {} : { filter: filterOf(body.filter) }),
    ...(body.format === undefined ? {} : { format: chooseFormat(destination, body.format) }),
    ...(body.mode === undefined ? {} : { mode: chooseMode(destination, body.mode) }),
    ...(body.max_file_mb === undefined ? {} : { maxFileMb: body.max_file_mb }),
    ...(columns === undefined ? {} : { columns }),
    ...(body.privacy === undefined ? {} : { privacy: privacyOf(body.privacy) }),
  };
}

/** Pauses or resumes the export and its schedule. Idempotent. */
export async function pauseExport(deps: ApiDeps, update: Parameters<typeof setExportPaused>[1]): Promise<ExportRecord> {
  const record = await withSchedule(deps, await setExportPaused(deps.db, update));
  if (!record.paused) {
    await noticeOfResume(deps, record);
  }
  return record;
}

/** A change of the mode asks for a key and a version again; what a query reads is checked whenever it may differ. */
async function changedQuery(
  deps: ApiDeps,
  record: ExportRecord,
  body: z.output<typeof exportPatch>,
): Promise<QueryModel | null> {
  const fields = [body.query, body.key, body.version_column, body.mode, body.filter, body.columns];
  if (fields.every((field) => field === undefined)) {
    return null;
  }
  const { teamId, model, query: before } = record;
  const eventsOnly = {
    filter: body.filter === undefined ? record.filter : filterOf(body.filter),
    columns: body.columns === undefined ? record.columns : body.columns,
  };
  return chooseQuery(deps, body, { teamId, model, mode: body.mode ?? record.mode, eventsOnly, before });
}

/** Brings the schedule in line; the same request repeated after a failure does so too. */
export async function withSchedule(deps: ApiDeps, record: ExportRecord): Promise<ExportRecord> {
  await steering(deps.controlPlane.upsertExportSchedule(await exportSchedule(deps, record)));
  return record;
}
