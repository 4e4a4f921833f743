import { createHash } from 'node:crypto';
import { expect } from '@jest/globals';
import type { ChunkReceipt, DestinationSession, SessionContext } from '../../../destinations/contract.ts';
import { type LeftoverCause, leftoversAfter, type Place } from '../place.ts';
import { chunkOf } from '../sources.ts';

/** About 12 MB: three parts of the S3 under test. */
export const BIG = { rows: 12_000, rowBytes: 1_000 };

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export async function inSession<T>(
  place: Place,
  context: SessionContext,
  use: (session: DestinationSession) => Promise<T>,
): Promise<T> {
  const session = await place.destination.open(place.config, context);
  try {
    return await use(session);
  } finally {
    await session.close();
  }
}

/** Loads and commits a whole generation. */
export async function exportAll(
  place: Place,
  context: SessionContext,
  contents: readonly Buffer[],
): Promise<ChunkReceipt[]> {
  return await inSession(place, context, async (session) => {
    const chunks: ChunkReceipt[] = [];
    for (const [index, content] of contents.entries()) {
      chunks.push(await session.loadChunk(chunkOf(content, index)));
    }
    await session.commit({ chunks });
    return chunks;
  });
}

export async function contentsOf(place: Place): Promise<string[]> {
  return [...(await place.readBack()).values()].map(sha256).sort();
}

/** The place holds exactly these files, one manifest that describes them, and nothing else. */
export async function expectExactly(
  place: Place,
  contents: readonly Buffer[],
  cause: LeftoverCause = 'commit',
): Promise<void> {
  const files = await place.readBack();
  expect([...files.values()].map(sha256).sort()).toEqual(contents.map(sha256).sort());
  const manifests = await place.manifests();
  expect(manifests).toHaveLength(1);
  const listed = manifests[0]?.['files'] as { key: string; bytes: number; sha256: string }[];
  expect(listed.map((file) => file.key).sort()).toEqual([...files.keys()].sort());
  for (const file of listed) {
    const bytes = files.get(file.key) ?? Buffer.alloc(0);
    expect({ bytes: file.bytes, sha256: file.sha256 }).toEqual({ bytes: bytes.length, sha256: sha256(bytes) });
  }
  expect(await leftoversAfter(cause, place)).toEqual([]);
}

export async function expectNothing(place: Place): Promise<void> {
  expect(await contentsOf(place)).toEqual([]);
  expect(await place.manifests()).toEqual([]);
}
