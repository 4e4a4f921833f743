import { expect } from '@jest/globals';
import type {
  ChunkReceipt,
  CommitReceipt,
  DestinationSession,
  LoadChunkRequest,
  SessionContext,
} from '../../../destinations/contract.ts';
import { TABLE_FORMAT } from '../../../core/formats.ts';
import { contextOf } from '../context.ts';
import { GOLDEN_COLUMNS, GOLDEN_KEY } from './golden.ts';
import type { TablePlace } from './place.ts';

/** One run's context over the golden model; override what a test is about. */
export function goldenContext(overrides: Partial<SessionContext> = {}): SessionContext {
  return contextOf({ model: 'golden', columns: GOLDEN_COLUMNS, key: GOLDEN_KEY, format: TABLE_FORMAT, ...overrides });
}

export async function inSession<T>(
  { destination, config }: Pick<TablePlace, 'destination' | 'config'>,
  context: SessionContext,
  use: (session: DestinationSession) => Promise<T>,
): Promise<T> {
  const session = await destination.open(parsed(destination, config), context);
  try {
    return await use(session);
  } finally {
    await session.close();
  }
}

export function parsed(destination: TablePlace['destination'], config: unknown): unknown {
  return destination.configSchema.parse(config);
}

/** Loads and commits a whole generation. */
export async function exportAll(
  place: TablePlace,
  context: SessionContext,
  requests: readonly LoadChunkRequest[],
): Promise<CommitReceipt> {
  return inSession(place, context, async (session) => {
    const chunks: ChunkReceipt[] = [];
    for (const request of requests) {
      chunks.push(await session.loadChunk(request));
    }
    return session.commit({ chunks });
  });
}

export async function expectNothingLeft(place: TablePlace): Promise<void> {
  expect(await place.leftovers()).toEqual([]);
}
