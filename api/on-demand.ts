import { z } from 'zod';
import { SluiceError } from '../core/errors.ts';
import { MODELS } from '../core/models.ts';
import { listChunks } from '../store/chunks.ts';
import { downloadDestination, getOnDemand, type OnDemandRecord } from '../store/on-demand.ts';
import type { DestinationRecord } from '../store/destinations.ts';
import { columnsSchema, privacySchema } from './column-schema.ts';
import type { ApiDeps, DownloadReads } from './deps.ts';
import { findDestinationRecord } from './destination-view.ts';
import { createFor, newExport, withoutHalves } from './export-changes.ts';
import { exportRef, modeSchema } from './export-view.ts';
import { settingsFrom } from './on-demand-source.ts';
import { expiryOf, isExpired, onDemandView, type onDemandSchema, type StoredFile } from './on-demand-view.ts';
import { fieldError, forField } from './problem.ts';
import { filterSchema, nameSchema } from './schemas.ts';
import { steering } from './temporal-errors.ts';

const instant = z.iso.datetime({ offset: true });

/** Without a default: it may be that of another export. */
const leftOpen = {
  model: z.enum(MODELS).optional().describe('Default: events.'),
  filter: filterSchema.optional(),
  mode: modeSchema.optional(),
  columns: columnsSchema.nullable().optional().describe('null: every column of the model.'),
  privacy: privacySchema.nullable().optional().describe('null: everything as it is.'),
};

export const newOnDemand = newExport
  .omit({
    ...{ interval: true, time_zone: true, hour_offset: true, weekday_offset: true, jitter_seconds: true },
    ...{ start_at: true, end_at: true, paused: true, destination_id: true },
  })
  .extend({
    name: nameSchema.default('on demand'),
    from: instant.describe('Ingestion time from which on rows are exported.'),
    to: instant.describe('Up to which, exclusive; not in the future.'),
    from_export: z
      .uuid()
      .optional()
      .describe(
        'An export whose settings hold where this body says nothing: what it reads, privacy and columns included, and how ' +
          'it writes, as far as the destination can.',
      ),
    ...leftOpen,
    destination_id: z.uuid().optional(),
    download: z.boolean().default(false).describe('Keep the files for a while, to be downloaded by expiring links.'),
  });

type OnDemandBody = z.output<typeof newOnDemand>;

/** Stores the export and starts its run, with the slots and the manners of a backfill. */
export async function startOnDemand(deps: ApiDeps, teamId: number, body: OnDemandBody): Promise<OnDemandRecord> {
  const { from, to, download, destination_id: id, from_export: source, ...settings } = body;
  const range = rangeOf(deps, from, to);
  const destination = await destinationFor(deps, teamId, { download, id });
  const about = { model: body.model, destinationKind: destination.kind };
  const before = source === undefined ? {} : await settingsFrom(deps, { teamId, id: source }, about);
  const own = { destination_id: destination.id, interval: 'day', paused: true };
  const full = newExport.parse({ ...before, ...settings, ...own });
  const record = await createFor(deps, destination, full, { ...range, download });
  await withoutHalves(deps, record, async () => {
    const bounds = { intervalStart: range.start, intervalEnd: range.end };
    const run = { ...(await exportRef(deps, record)), ...bounds, trigger: 'on_demand', force: false } as const;
    await steering(deps.controlPlane.startExportRun({ ...run, queue: 'backfills' }));
  });
  return findOnDemand(deps, { teamId, id: record.id });
}

function rangeOf(deps: ApiDeps, from: string, to: string): { start: Date; end: Date } {
  const range = { start: new Date(from), end: new Date(to) };
  if (range.start >= range.end) {
    throw fieldError('to', { code: 'range_invalid', message: 'to: it must be after from', remedy: 'Swap the two.' });
  }
  const now = deps.now?.() ?? new Date();
  if (range.end > now) {
    const remedy = `Use ${now.toISOString()} or earlier.`;
    throw fieldError('to', { code: 'range_invalid', message: 'to: it is in the future', remedy });
  }
  return range;
}

async function destinationFor(
  deps: ApiDeps,
  teamId: number,
  { download, id }: { download: boolean; id: string | undefined },
): Promise<DestinationRecord> {
  if (download === (id !== undefined)) {
    const message = 'destination_id: give either a destination or download';
    const remedy = 'Send "destination_id", or "download": true.';
    throw fieldError('destination_id', { code: 'validation_failed', message, remedy });
  }
  if (id !== undefined) {
    return forField('destination_id', () => findDestinationRecord(deps, { teamId, id }));
  }
  downloadsOf(deps);
  return downloadDestination(deps.db, deps.box, teamId);
}

/** Throws downloads_not_configured. */
export function downloadsOf({ downloads }: ApiDeps): DownloadReads {
  if (downloads === undefined) {
    throw fieldError('download', {
      code: 'downloads_not_configured',
      message: 'download: this installation keeps no files to be downloaded',
      remedy: 'Use a destination, or have the operator set SLUICE_DOWNLOADS_URL.',
    });
  }
  return downloads;
}

export async function findOnDemand(deps: ApiDeps, key: { teamId: number; id: string }): Promise<OnDemandRecord> {
  const record = await getOnDemand(deps.db, key);
  if (record === undefined) {
    throw onDemandNotFound(key.id);
  }
  return record;
}

export function onDemandNotFound(id: string): SluiceError {
  return new SluiceError({
    code: 'on_demand_export_not_found',
    message: `there is no on-demand export ${id}`,
    retryable: false,
    fault: 'customer',
    remedy: 'Use the id of one of your on-demand exports.',
  });
}

/** With the links of its files, when it has some. */
export async function onDemandAnswer(deps: ApiDeps, record: OnDemandRecord): Promise<z.output<typeof onDemandSchema>> {
  const at = lifetime(deps);
  const { downloads } = deps;
  const expiry = expiryOf(record, at.ttlMs);
  if (downloads === undefined || expiry === undefined || isExpired(record, at)) {
    return onDemandView(record, at);
  }
  const ref = { teamId: record.export.teamId, exportId: record.export.id };
  const expiresAt = Math.floor(expiry.getTime() / 1_000);
  const files = (await filesOf(deps, record)).map((file, index) => ({
    ...file,
    url: `/api/v1/downloads?token=${downloads.links.sign({ ...ref, file: index, expiresAt })}`,
  }));
  return onDemandView(record, at, files);
}

/** In order of the plan. */
export async function filesOf(deps: ApiDeps, { run }: OnDemandRecord): Promise<StoredFile[]> {
  const chunks = run ? await listChunks(deps.db, { runId: run.id, generation: run.generation }) : [];
  return chunks.flatMap(({ receipt }) => receipt?.files ?? []);
}

export function lifetime(deps: ApiDeps): { ttlMs: number; now: Date } {
  return { ttlMs: deps.downloads?.ttlMs ?? 0, now: deps.now?.() ?? new Date() };
}
