import type { Column } from '../../../core/columns.ts';
import { TABLE_FORMAT } from '../../../core/formats.ts';
import type { ChunkReceipt, CommitReceipt, LoadChunkRequest, SessionContext } from '../../../destinations/contract.ts';
import { contextOf } from '../context.ts';
import { inSession } from '../table/session.ts';
import type { PostgresPlace } from './place.ts';

/** A small model without ClickHouse, for what only depends on the server. */
const COLUMNS: readonly Column[] = [
  { name: 'id', type: { kind: 'integer', bits: 64, signed: true }, nullable: false },
  { name: 'version', type: { kind: 'integer', bits: 64, signed: true }, nullable: false },
  { name: 'txt', type: { kind: 'text' }, nullable: false },
];

export function rowsContext(overrides: Partial<SessionContext> = {}): SessionContext {
  return contextOf({ model: 'rows', columns: COLUMNS, key: ['id'], format: TABLE_FORMAT, ...overrides });
}

/** A chunk of `count` rows from id `from` on, written for the columns that the encoding asks for. */
export function chunkOfRows(
  { from = 1, count = 10, version = 1, txt = 'text' } = {},
  { index = 0, hang = false }: { index?: number; hang?: boolean } = {},
): LoadChunkRequest {
  return {
    chunkIndex: index,
    chunkCount: index + 1,
    onProgress: () => undefined,
    openSource: ({ columns }) => {
      const line = (id: number): string =>
        columns.map(({ source }) => ({ id, version, txt })[source]).join('\t') + '\n';
      async function* body(): AsyncGenerator<Uint8Array> {
        for (let id = from; id < from + count; id += 1) {
          yield await Promise.resolve(Buffer.from(line(id)));
        }
        if (hang) {
          await new Promise(() => undefined);
        }
      }
      return Promise.resolve({ body: body(), rows: () => count });
    },
  };
}

export async function exportRows(
  place: Pick<PostgresPlace, 'destination' | 'config'>,
  context: SessionContext,
  requests: readonly LoadChunkRequest[] = [chunkOfRows()],
): Promise<CommitReceipt> {
  return inSession(place, context, async (session) => {
    const chunks: ChunkReceipt[] = [];
    for (const request of requests) {
      chunks.push(await session.loadChunk(request));
    }
    return session.commit({ chunks });
  });
}

export async function idsOf(place: PostgresPlace): Promise<number[]> {
  const found = await place.query<{ id: string }>(`SELECT id FROM ${place.table} ORDER BY id`);
  return found.map(({ id }) => Number(id));
}

export const TEN = Array.from({ length: 10 }, (_, index) => index + 1);
