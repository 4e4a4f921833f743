import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { decodePosition } from './pagination.ts';
import { timestamp } from './schemas.ts';

/** How settings came to be: what the histories of exports, destinations and webhooks have in common. */

export const changeSchema = z.object({ field: z.string(), before: z.unknown(), after: z.unknown() });

export const versionFields = {
  version: z.number().int(),
  created_at: timestamp,
  by: z
    .object({ kind: z.enum(['user', 'key']), name: z.string() })
    .nullable()
    .describe('Null: Sluice itself, or nobody knows.'),
};

interface Version {
  version: number;
  createdAt: Date;
  actorKind: 'user' | 'key' | null;
  actorName: string | null;
}

export function versionFacts(row: Version): z.output<z.ZodObject<typeof versionFields>> {
  return {
    version: row.version,
    created_at: row.createdAt.toISOString(),
    by: row.actorKind && row.actorName !== null ? { kind: row.actorKind, name: row.actorName } : null,
  };
}

/** Fields that two versions have differently; one that is absent is null. */
export function changesBetween(
  before: Record<string, unknown> = {},
  after: Record<string, unknown> = {},
): z.output<typeof changeSchema>[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .map((field) => ({ field, before: before[field] ?? null, after: after[field] ?? null }))
    .filter((change) => !isDeepStrictEqual(change.before, change.after));
}

/** `next_cursor` of a list of versions. */
export function versionCursor(cursor: string | undefined): { before?: number } {
  return cursor === undefined ? {} : { before: decodePosition(cursor, z.tuple([z.int()]))[0] };
}
