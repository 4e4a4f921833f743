import { z } from 'zod';
import type { PageCursor } from '../store/values.ts';
import { fieldError } from './problem.ts';

/** Lists run from new to old; `cursor` is the `next_cursor` of the page before, opaque to callers. */
export const pageQuery = {
  limit: z
    .string()
    .regex(/^\d{1,3}$/)
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= 100, 'must be from 1 to 100')
    .default(20)
    .describe('Items per page, 1 to 100.'),
  cursor: z.string().max(500).optional().describe('`next_cursor` of the page before.'),
};

export function pageOf<Item extends z.ZodType>(
  item: Item,
): z.ZodObject<{ items: z.ZodArray<Item>; next_cursor: z.ZodNullable<z.ZodString> }> {
  return z.object({ items: z.array(item), next_cursor: z.string().nullable() });
}

/** `rows` was asked for with `limit + 1`: the row too many says that there is a next page. */
export function cutPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  view: { item: (row: Row) => Item; position: (row: Row) => readonly (string | number)[] },
): { items: Item[]; next_cursor: string | null } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items: page.map(view.item), next_cursor: more ? encodePosition(view.position(last)) : null };
}

export function encodePosition(position: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** Throws `validation_failed` for anything that `encodePosition` has not made of such a tuple. */
export function decodePosition<Position>(cursor: string, schema: z.ZodType<Position>): Position {
  const parsed = schema.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString()));
  if (!parsed.success) {
    throw fieldError('cursor', {
      code: 'validation_failed',
      message: 'cursor: it is not a cursor of this list',
      remedy: 'Use the next_cursor of the page before, or leave it out for the first page.',
    });
  }
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const datedPosition = z.tuple([z.iso.datetime(), z.uuid()]);

/** Of lists in order of (time, id). */
export function datedCursor(cursor: string | undefined): PageCursor | undefined {
  if (cursor === undefined) {
    return undefined;
  }
  const [at, id] = decodePosition(cursor, datedPosition);
  return { at: new Date(at), id };
}
