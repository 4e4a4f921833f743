import { sql } from 'kysely';
import type { StoredReceipt } from './chunks.ts';
import type { Database } from './database.ts';

/** A file that a chunk of a run became. */
export interface RunFile extends Pick<StoredReceipt['files'][number], 'key' | 'rows' | 'bytes' | 'sha256'> {
  chunkIndex: number;
  /** Among the files of its chunk, from 1. */
  position: number;
}

/** In the order of the plan; `after`: (chunkIndex, position). */
export async function listRunFiles(
  db: Database,
  page: { runId: string; generation: number; limit: number; after?: readonly [number, number] },
): Promise<RunFile[]> {
  const [chunk, position] = page.after ?? [-1, 0];
  const { rows } = await sql<RunFile>`
    SELECT c.chunk_index AS "chunkIndex", f.position::integer AS position, f.file->>'key' AS key,
      (f.file->>'rows')::bigint AS rows, (f.file->>'bytes')::bigint AS bytes, f.file->>'sha256' AS sha256
    FROM run_chunks c
    CROSS JOIN LATERAL jsonb_array_elements(c.receipt->'files') WITH ORDINALITY AS f (file, position)
    WHERE c.run_id = ${page.runId} AND c.generation = ${page.generation}
      AND (c.chunk_index, f.position) > (${chunk}::integer, ${position}::bigint)
    ORDER BY c.chunk_index, f.position LIMIT ${page.limit}`.execute(db.kysely);
  return rows;
}
