import { z } from 'zod';
import { errorMessage } from '../core/errors.ts';
import { COMPRESSIONS, FILE_FORMATS } from '../core/formats.ts';
import { clickhouseTime, type Micros } from '../core/time.ts';
import type { CommitReceipt, CommitRequest, FileReceipt, SessionContext } from './contract.ts';
import { fileColumnType } from './file-encoding.ts';
import { baseChanged, generationTaken, manifestInvalid, runSuperseded } from './errors.ts';

const fileSchema = z.object({
  key: z.string(),
  rows: z.number().int().nonnegative(),
  bytes: z.number().int().nonnegative(),
  sha256: z.string(),
  etag: z.string().optional(),
});

const columnSchema = z.object({
  name: z.string(),
  /** What the file has: `string`, `int64`, `uint32`, `float64`, `decimal(38,10)`, `bool`, `date`, `timestamp(6)`, `nested`. */
  type: z.string(),
  /** What the values mean: `uuid` and `json` are strings in every format. */
  kind: z.string(),
  nullable: z.boolean(),
});

/**
 * The one file that says which files are an interval, written last. Readers must ignore fields they do not know.
 * Version 1 has no `columns`, `filter` and `watermark`.
 */
const manifestSchema = z.object({
  version: z.literal([1, 2]),
  export_id: z.string(),
  run_id: z.string(),
  generation: z.number().int().nonnegative(),
  interval: z.object({ start: z.string(), end: z.string() }),
  /** With the manifests of the intervals before: everything ingested before this time is there. */
  watermark: z.string().optional(),
  model: z.string(),
  columns: z.array(columnSchema).optional(),
  /** Which rows of the model the export wants; empty: all. */
  filter: z.record(z.string(), z.unknown()).optional(),
  format: z.object({ fileFormat: z.enum([...FILE_FORMATS, 'table']), compression: z.enum(COMPRESSIONS) }),
  rows: z.number().int().nonnegative(),
  bytes: z.number().int().nonnegative(),
  files: z.array(fileSchema),
  created_at: z.string(),
  /** Files of a run that the control plane has lost the record of are here, under the name of one that it knows. */
  kept: z.literal(true).optional(),
});
export type Manifest = z.output<typeof manifestSchema>;

/** RFC 3339 with microseconds. */
function rfc3339Micros(micros: Micros): string {
  return `${clickhouseTime(micros).replace(' ', 'T')}Z`;
}

export function buildManifest(context: SessionContext, files: readonly FileReceipt[], createdAt: Date): Manifest {
  const [start, end] = [rfc3339Micros(context.interval.startMicros), rfc3339Micros(context.interval.endMicros)];
  return {
    version: 2,
    export_id: context.exportId,
    run_id: context.runId,
    generation: context.generation,
    interval: { start, end },
    watermark: end,
    model: context.model,
    columns: context.columns.map(fileColumnType),
    filter: { ...context.filter },
    format: context.format,
    rows: files.reduce((sum, file) => sum + file.rows, 0),
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    files: [...files],
    created_at: createdAt.toISOString(),
  };
}

export function encodeManifest(manifest: Manifest): Buffer {
  return Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`);
}

/** Throws destination_manifest_invalid. */
export function parseManifest(key: string, text: string): Manifest {
  try {
    return manifestSchema.parse(JSON.parse(text));
  } catch (error) {
    throw manifestInvalid(key, errorMessage(error).slice(0, 200));
  }
}

/** What a session may do in the face of the manifest that is there. Throws when it has no business here any more. */
export function judgeManifest(
  key: string,
  found: Manifest | undefined,
  context: SessionContext,
): 'none' | 'older' | 'mine' {
  if (found === undefined) {
    return 'none';
  }
  if (found.export_id !== context.exportId) {
    throw manifestInvalid(key, `it belongs to export ${found.export_id}`);
  }
  if (found.generation > context.generation) {
    throw runSuperseded(context.generation, found.generation);
  }
  if (found.generation < context.generation) {
    return 'older';
  }
  if (found.run_id !== context.runId) {
    throw generationTaken(context.generation, found.run_id);
  }
  return 'mine';
}

export function receiptOf(manifest: Manifest, manifestKey: string, alreadyCommitted: boolean): CommitReceipt {
  const { rows, bytes, files, kept } = manifest;
  return { rows, bytes, files: files.length, manifestKey, alreadyCommitted, ...(kept && { kept }) };
}

/** The run that has committed what is there, when the control plane has no record of where its files come from. */
export async function unknownRun(
  found: Manifest | undefined,
  { knowsRun, replacesKept = false }: CommitRequest,
): Promise<string | undefined> {
  if (found === undefined || replacesKept) {
    return undefined;
  }
  const isKnown = found.kept !== true && (knowsRun === undefined || (await knowsRun(found.run_id)));
  return isKnown ? undefined : found.run_id;
}

/** What a commit makes of what is there. */
export function nextManifest(
  context: SessionContext,
  { found, unknown }: { found: Manifest | undefined; unknown: string | undefined },
  loaded: readonly FileReceipt[],
): Manifest {
  const next = buildManifest(context, committedFiles(context, found, loaded), new Date());
  const stays = found !== undefined && found.run_id === unknown && found.rows > next.rows;
  if (stays) {
    return { ...found, run_id: context.runId, generation: context.generation, kept: true };
  }
  return context.supplement !== undefined && found?.kept === true ? { ...next, kept: true } : next;
}

/**
 * The files of a commit over what is there: a supplement keeps the files of its base. Throws destination_base_changed
 * when another generation is there.
 */
function committedFiles(
  { supplement }: SessionContext,
  found: Manifest | undefined,
  loaded: readonly FileReceipt[],
): FileReceipt[] {
  if (supplement === undefined) {
    return [...loaded];
  }
  if (found?.generation !== supplement.of) {
    throw baseChanged(supplement.of, found?.generation);
  }
  const kept = found.files.map(({ etag, ...file }) => ({ ...file, ...(etag === undefined ? {} : { etag }) }));
  return [...kept, ...loaded];
}
