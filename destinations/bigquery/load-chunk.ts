import { createHash } from 'node:crypto';
import type { SourceEncoding } from '../../core/encoding.ts';
import { abortable } from '../abort.ts';
import type { ChunkReceipt, LoadChunkRequest, SourceStream } from '../contract.ts';
import { generationTaken } from '../errors.ts';
import type { Job } from './api.ts';
import { rowsDiffer } from './errors.ts';
import { runNumbered } from './jobs.ts';
import { ATTEMPT_LABEL, RUN_LABEL } from './names.ts';
import type { Scope } from './scope.ts';
import { dropStage, readNote, type StageNote, writeNote } from './stages.ts';
import { uploadLoad } from './upload.ts';

/** Staged columns have neutral names: any name of the model may be one that Parquet or BigQuery does not like. */
export function stagedName(index: number): string {
  return `c${String(index)}`;
}

/** Loads the chunk into a stage table of its own, once among all attempts. */
export async function loadChunk(scope: Scope, request: LoadChunkRequest): Promise<ChunkReceipt> {
  const { api, names, context } = scope;
  const notes = new Map<number, StageNote>();
  return await runNumbered(
    api,
    {
      base: names.loadJob(request.chunkIndex),
      start: (jobId, n) =>
        upload(scope, request, { jobId, stage: names.stage(request.chunkIndex, n) }, (note) => notes.set(n, note)),
      adopt: (job, n) => receiptOf(scope, { job, stage: names.stage(request.chunkIndex, n) }, notes.get(n)),
      action: `load chunk ${String(request.chunkIndex)}`,
    },
    context.signal,
  );
}

async function upload(
  scope: Scope,
  request: LoadChunkRequest,
  { jobId, stage }: { jobId: string; stage: string },
  onEnd: (note: StageNote) => void,
): Promise<boolean> {
  const { api, context, plan } = scope;
  const columns = plan.columns.map((column, index) => ({ ...column, name: stagedName(index) }));
  const encoding: SourceEncoding = { fileFormat: 'parquet', compression: 'zstd', columns };
  const source = await request.openSource(encoding, context.signal);
  const body = counted(source, request, context.signal, onEnd);
  return await uploadLoad(api, loadJob(scope, jobId, stage), body, context.signal);
}

/** The stage gets the columns that the file has: nothing can mismatch. */
function loadJob({ api, labels }: Scope, jobId: string, stage: string): object {
  const { projectId, datasetId, location } = api;
  const load = {
    destinationTable: { projectId, datasetId, tableId: stage },
    sourceFormat: 'PARQUET',
    createDisposition: 'CREATE_IF_NEEDED',
    writeDisposition: 'WRITE_EMPTY',
  };
  return { jobReference: { projectId, jobId, location }, configuration: { load, labels } };
}

/**
 * The receipt of a job that succeeded; undefined when its stage is gone, or belongs to an attempt that ended before it
 * could say what it had sent. `sent` is what this attempt has sent, if the job is its own.
 */
async function receiptOf(
  { api, context, labels }: Scope,
  { job, stage }: { job: Job; stage: string },
  sent: StageNote | undefined,
): Promise<ChunkReceipt | undefined> {
  if (job.labels[RUN_LABEL] !== labels[RUN_LABEL]) {
    throw generationTaken(context.generation, job.labels[RUN_LABEL] ?? 'unknown');
  }
  const own = job.labels[ATTEMPT_LABEL] === labels[ATTEMPT_LABEL] ? sent : undefined;
  if (own !== undefined) {
    await complete(api, { job, stage, note: own }, context.signal);
  }
  const note = own ?? (await readNote(api, stage, context.signal));
  return note && { rows: note.rows, bytes: note.bytes, files: [{ key: stage, ...note }] };
}

async function complete(
  api: Scope['api'],
  { job, stage, note }: { job: Job; stage: string; note: StageNote },
  signal: AbortSignal,
): Promise<void> {
  if (job.outputRows !== note.rows) {
    await dropStage(api, stage, signal);
    throw rowsDiffer(stage, note.rows, job.outputRows);
  }
  await writeNote(api, stage, note, signal);
}

/** Tells the progress of what passes, and at the end of the source what it was. */
async function* counted(
  source: SourceStream,
  { onProgress }: LoadChunkRequest,
  signal: AbortSignal,
  onEnd: (note: StageNote) => void,
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of abortable(source.body, signal)) {
    hash.update(piece);
    bytes += piece.length;
    yield piece;
    onProgress(piece.length);
  }
  onEnd({ rows: source.rows(), bytes, sha256: hash.digest('hex') });
}
