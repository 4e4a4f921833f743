import { z } from 'zod';
import { LIST_SORTS, type ListPosition, type ListQuery, type ListSort } from '../store/list-query.ts';
import { decodePosition, pageQuery } from './pagination.ts';

/** What lists that can be searched take. */
export const listQuery = {
  ...pageQuery,
  q: z
    .string()
    .trim()
    .max(200)
    .refine((text) => !text.includes('\0'), 'must not contain NUL')
    .optional()
    .describe('Text that is searched for, in any case.'),
  sort: z.enum(LIST_SORTS).default('newest').describe('`name`: without regard to case.'),
  summary: z
    .enum(['true', 'false'])
    .default('false')
    .describe('Whether each item says how it does; without it `summary` is null.'),
};

export const kindFilter = z
  .string()
  .max(50)
  .regex(/^[\w-]+$/)
  .optional();

interface Wanted {
  limit: number;
  cursor?: string | undefined;
  q?: string | undefined;
  sort: ListSort;
}

/** One row too many is asked for: it says that there is a next page. */
export function listQueryOf(teamId: number, { limit, cursor, q, sort }: Wanted): ListQuery {
  return {
    ...{ teamId, limit: limit + 1, sort },
    ...(q ? { search: q } : {}),
    ...(cursor === undefined ? {} : { after: positionOf(sort, cursor) }),
  };
}

const POSITIONS = {
  newest: z.tuple([z.iso.datetime(), z.uuid()]),
  oldest: z.tuple([z.iso.datetime(), z.uuid()]),
  name: z.tuple([z.string().max(200), z.uuid()]),
};

function positionOf(sort: ListSort, cursor: string): ListPosition {
  const [key, id] = decodePosition<[string, string]>(cursor, POSITIONS[sort]);
  return { key, id };
}

/** What the next page is asked for with. */
export function positionAfter(sort: ListSort, row: { id: string; name: string; createdAt: Date }): [string, string] {
  return [sort === 'name' ? row.name : row.createdAt.toISOString(), row.id];
}
