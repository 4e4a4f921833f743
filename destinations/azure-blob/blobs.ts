import type { BlobRequestConditions, BlockBlobCommitBlockListOptions } from '@azure/storage-blob';
import type { NewObject, WriteCondition } from '../object-store/store.ts';
import type { AzureBlobConfig } from './config.ts';

/** 50,000 parts have five digits. */
const PART_DIGITS = 6;

/**
 * Blocks that are not committed belong to the blob's name, whoever sent them, so the id says whose they are. All ids of
 * a blob must have one length.
 */
export function blockId(uploadId: string, partNumber: number): string {
  return Buffer.from(`${uploadId}-${String(partNumber).padStart(PART_DIGITS, '0')}`).toString('base64');
}

export function conditionsOf(condition: WriteCondition): BlobRequestConditions {
  return 'onlyIf' in condition ? { ifMatch: condition.onlyIf } : { ifNoneMatch: '*' };
}

/** What a new blob is and how it is kept. */
export function blobOptions(
  { contentType, metadata }: NewObject,
  { accessTier }: AzureBlobConfig,
): BlockBlobCommitBlockListOptions {
  return {
    blobHTTPHeaders: { blobContentType: contentType },
    metadata: renamed(metadata, '-', '_'),
    ...(accessTier !== undefined && { tier: accessTier }),
  };
}

/** Azure's names are identifiers of C#: no "-". */
export function fromMetadata(metadata: Record<string, string> = {}): Record<string, string> {
  return renamed(metadata, '_', '-');
}

function renamed(metadata: Record<string, string>, from: string, to: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(metadata).map(([name, value]) => [name.toLowerCase().replaceAll(from, to), value]),
  );
}
