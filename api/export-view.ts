import { z } from 'zod';
import type { ExportRef } from '../core/export-ref.ts';
import { COMPRESSIONS, FILE_FORMATS, type OutputFormat } from '../core/formats.ts';
import { MODELS } from '../core/models.ts';
import { WRITE_MODES, type WriteMode } from '../core/write-modes.ts';
import type { Destination } from '../destinations/contract.ts';
import { getDestination, type DestinationRecord } from '../store/destinations.ts';
import { notFound } from '../store/errors.ts';
import { getExport, type ExportRecord } from '../store/exports.ts';
import { plannedSchedule } from '../store/schedules.ts';
import { columnsSchema, columnsView, privacySchema, privacyView } from './column-schema.ts';
import type { ExportSchedule } from './control-plane.ts';
import type { ApiDeps } from './deps.ts';
import { fieldError } from './problem.ts';
import type { PauseReason } from '../store/tables.ts';
import { queryView, queryViewFields } from './query-model.ts';
import { scheduleFields, scheduleView } from './schedule-fields.ts';
import { filterSchema, filterView, recordFields, recordView, timestamp } from './schemas.ts';

export const formatSchema = z.strictObject({ file_format: z.enum(FILE_FORMATS), compression: z.enum(COMPRESSIONS) });
const formatView = formatSchema.nullable().describe('null: rows of a table, which have no file format.');
export const modeSchema = z
  .enum(WRITE_MODES)
  .describe('append: every row is added. merge: a row replaces the one with its key unless that is newer.');
export const maxFileMbSchema = z.int().min(1).max(10_000).describe('Approximate upper size of one file.');

const pauseReasonSchema = z.object({
  code: z.string(),
  message: z.string(),
  remedy: z.string().nullable(),
  failures: z.int().describe('Runs in a row that failed so.'),
  run_id: z.uuid().describe('The last of them.'),
  about: z
    .enum(['destination', 'export'])
    .describe(
      'destination: a connection check that passes resumes the export. export: change its settings, then resume it.',
    ),
  at: timestamp,
});

export const exportSchema = z
  .object({
    ...recordFields,
    name: z.string(),
    destination_id: z.uuid(),
    model: z.enum(MODELS),
    ...queryViewFields,
    ...scheduleFields,
    filter: filterSchema,
    format: formatView,
    mode: modeSchema,
    max_file_mb: maxFileMbSchema.nullable(),
    columns: columnsSchema.nullable(),
    privacy: privacySchema.nullable(),
    paused: z.boolean(),
    paused_by: z.enum(['user', 'auto']).nullable().describe('auto: Sluice, because its runs kept failing.'),
    pause_reason: pauseReasonSchema.nullable(),
  })
  .meta({ id: 'Export' });

export function exportView(record: ExportRecord): z.output<typeof exportSchema> {
  return {
    ...recordView(record),
    name: record.name,
    destination_id: record.destinationId,
    model: record.model,
    ...queryView(record.query),
    ...scheduleView(record),
    filter: filterView(record.filter),
    format: viewOf(record.format),
    mode: record.mode,
    max_file_mb: record.maxFileMb ?? null,
    columns: columnsView(record.columns),
    privacy: privacyView(record.privacy),
    paused: record.paused,
    paused_by: record.pausedBy ?? null,
    pause_reason: record.pauseReason === undefined ? null : reasonView(record.pauseReason),
  };
}

function reasonView({ runId, ...reason }: PauseReason): z.output<typeof pauseReasonSchema> {
  return { ...reason, run_id: runId };
}

function viewOf({ fileFormat, compression }: OutputFormat): z.output<typeof formatView> {
  return fileFormat === 'table' ? null : { file_format: fileFormat, compression };
}

/** The team's own export, or `export_not_found`. */
export async function findExport(deps: ApiDeps, key: { teamId: number; id: string }): Promise<ExportRecord> {
  const record = await getExport(deps.db, key);
  if (!record) {
    throw notFound('export', key.id);
  }
  return record;
}

export async function destinationOf(deps: ApiDeps, record: ExportRecord): Promise<DestinationRecord> {
  const found = await getDestination(deps.db, { teamId: record.teamId, id: record.destinationId });
  if (!found) {
    throw notFound('destination', record.destinationId);
  }
  return found;
}

export async function exportRef(deps: ApiDeps, record: ExportRecord): Promise<ExportRef> {
  const destination = await destinationOf(deps, record);
  return {
    exportId: record.id,
    teamId: record.teamId,
    name: record.name,
    destinationId: record.destinationId,
    destinationKind: destination.kind,
    interval: record.interval,
  };
}

export async function exportSchedule(deps: ApiDeps, record: ExportRecord): Promise<ExportSchedule> {
  return { ...(await exportRef(deps, record)), ...(await plannedSchedule(deps.db.kysely, record)) };
}

/** The wanted format, or the destination's default; refuses one that the destination cannot write. */
export function chooseFormat(
  destination: Destination<unknown>,
  wanted: z.output<typeof formatSchema> | undefined,
): OutputFormat {
  const formats = destination.formats;
  const found = wanted
    ? formats.find(
        ({ fileFormat, compression }) => fileFormat === wanted.file_format && compression === wanted.compression,
      )
    : formats[0];
  if (!found) {
    const names = formats.map(({ fileFormat, compression }) => `${fileFormat} with ${compression}`).join(', ');
    throw fieldError('format', {
      code: 'format_unsupported',
      message: `format: ${destination.kind} cannot write ${wanted?.file_format ?? ''} with ${wanted?.compression ?? ''}`,
      remedy: `Choose one of: ${names}.`,
    });
  }
  return found;
}

/** Refuses a mode that the destination does not have. */
export function chooseMode(destination: Destination<unknown>, wanted: WriteMode): WriteMode {
  if (!destination.modes.includes(wanted)) {
    throw fieldError('mode', {
      code: 'mode_unsupported',
      message: `mode: ${destination.kind} cannot ${wanted}`,
      remedy: `Choose one of: ${destination.modes.join(', ')}.`,
    });
  }
  return wanted;
}
