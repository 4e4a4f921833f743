import { z } from 'zod';
import type { StoredReceipt } from '../store/chunks.ts';
import type { OnDemandRecord } from '../store/on-demand.ts';
import { exportSchema, exportView } from './export-view.ts';
import { runSchema, runView } from './run-view.ts';
import { timestamp } from './schemas.ts';

/** Of an export, what has a meaning without a schedule. */
const shared = exportSchema.pick({
  ...{ name: true, model: true, query: true, key: true, version_column: true, filter: true, columns: true },
  ...{ privacy: true, format: true, mode: true, max_file_mb: true },
});

export const onDemandSchema = shared
  .extend({
    id: z.uuid(),
    created_at: timestamp,
    from: timestamp,
    to: timestamp,
    destination_id: z.uuid().nullable().describe('null: it is for download.'),
    download: z.boolean(),
    status: z.string().describe('That of its run; queued before it begins, expired when its files are removed.'),
    progress: z
      .object({
        chunks_done: z.number().int(),
        chunks: z.number().int(),
        rows_done: z.number().int(),
        rows: z.number().int(),
      })
      .nullable()
      .describe('null: not planned yet.'),
    run: runSchema.nullable(),
    expires_at: timestamp.nullable().describe('Of a download: its links end then, and the files are removed.'),
    files: z
      .array(
        z.object({
          name: z.string(),
          rows: z.number().int(),
          bytes: z.number().int(),
          sha256: z.string(),
          url: z.string().describe('Path of this API. Whoever has it can download until expires_at.'),
        }),
      )
      .describe('Of a download that is complete.'),
  })
  .meta({ id: 'OnDemandExport' });

export type StoredFile = StoredReceipt['files'][number];

/** When the files of a download go; undefined: it has none (yet). */
export function expiryOf({ download, run }: OnDemandRecord, ttlMs: number): Date | undefined {
  const isComplete = download && run?.status === 'completed' && run.finishedAt !== null;
  return isComplete ? new Date((run.finishedAt?.getTime() ?? 0) + ttlMs) : undefined;
}

export function isExpired(record: OnDemandRecord, at: { ttlMs: number; now: Date }): boolean {
  const expiry = expiryOf(record, at.ttlMs);
  return record.filesRemovedAt !== null || (expiry !== undefined && expiry <= at.now);
}

function statusOf(record: OnDemandRecord, expired: boolean): string {
  if (expired) {
    return 'expired';
  }
  return record.run?.status ?? (record.cancelledAt ? 'cancelled' : 'queued');
}

export function onDemandView(
  record: OnDemandRecord,
  at: { ttlMs: number; now: Date },
  files: readonly (StoredFile & { url: string })[] = [],
): z.output<typeof onDemandSchema> {
  const { destination_id, ...view } = exportView(record.export);
  const { name, model, query, key, version_column, filter, columns, privacy, format, mode, max_file_mb } = view;
  const { progress, run } = record;
  return {
    id: record.export.id,
    created_at: record.export.createdAt.toISOString(),
    ...{ name, model, query, key, version_column, filter, columns, privacy, format, mode, max_file_mb },
    from: record.rangeStart.toISOString(),
    to: record.rangeEnd.toISOString(),
    destination_id: record.download ? null : destination_id,
    download: record.download,
    status: statusOf(record, isExpired(record, at)),
    progress: progress
      ? {
          ...{ chunks_done: progress.chunksDone, chunks: progress.chunks },
          ...{ rows_done: progress.rowsDone, rows: progress.rows },
        }
      : null,
    run: run ? runView(run) : null,
    expires_at: expiryOf(record, at.ttlMs)?.toISOString() ?? null,
    files: files.map(({ key, rows, bytes, sha256, url }) => ({ name: fileName(key), rows, bytes, sha256, url })),
  };
}

export function fileName(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}
