import { randomUUID } from 'node:crypto';
import type { ChunkReceipt, LoadChunkRequest } from '../contract.ts';
import { loadChunkObject } from '../object-store/load-chunk.ts';
import { firstPartBytes } from '../object-store/part-sizes.ts';
import { insertChunk } from './insert-chunk.ts';
import type { Scope, StagingBucket } from './scope.ts';
import { STAGE_FORMAT, type Layout } from './stage-columns.ts';

/** Memory of one chunk is five times this. */
const PART_BYTES = 8 * 1024 * 1024;
const PARTS_IN_FLIGHT = 4;

export function loadChunk(scope: Scope, layout: Layout, request: LoadChunkRequest): Promise<ChunkReceipt> {
  const { bucket } = scope;
  return bucket === undefined ? insertChunk(scope, layout, request) : putChunk(scope, bucket, layout, request);
}

/**
 * Stages one chunk as a file in the bucket; the first attempt to finish it wins. A file of another layout has another
 * key, so that what is adopted always has the planned columns.
 */
function putChunk(
  { context, names }: Scope,
  { store }: StagingBucket,
  layout: Layout,
  request: LoadChunkRequest,
): Promise<ChunkReceipt> {
  return loadChunkObject(
    {
      store,
      context: { ...context, format: STAGE_FORMAT },
      key: names.chunkKey(request.chunkIndex, layout.id),
      firstPartBytes: firstPartBytes(PART_BYTES, context.maxFileBytes, store.limits),
      maxInFlight: PARTS_IN_FLIGHT,
      writeId: randomUUID(),
    },
    // The rows are encoded for the table, not as a file of the model.
    { ...request, openSource: (_file, signal) => request.openSource(layout.encoding, signal) },
  );
}
