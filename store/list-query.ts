import { sql, type RawBuilder, type SelectQueryBuilder } from 'kysely';

/** Orders of a list; `name` without regard to case. */
export const LIST_SORTS = ['newest', 'oldest', 'name'] as const;
export type ListSort = (typeof LIST_SORTS)[number];

/** Where a page continues: what the last item of the page before is ordered by. */
export interface ListPosition {
  /** Its time of creation, RFC 3339, or with order `name` its name. */
  key: string;
  id: string;
}

export interface ListQuery {
  teamId: number;
  limit: number;
  /** Absent: newest first. */
  sort?: ListSort;
  after?: ListPosition;
  /** Text in a name, or in what else the list says, in any case. */
  search?: string;
}

interface Ordering {
  by: RawBuilder<unknown>;
  direction: 'asc' | 'desc';
}

/** A page of a team's rows that are not deleted; `from` reads one table, and the text is looked for in `searched`. */
export function listed<DB, TB extends keyof DB, O>(
  from: SelectQueryBuilder<DB, TB, O>,
  { teamId, limit, sort, after, search }: ListQuery,
  searched: readonly RawBuilder<unknown>[],
): SelectQueryBuilder<DB, TB, O> {
  const { by, direction } = orderingOf(sort);
  let rows = from
    .where(sql<boolean>`team_id = ${teamId} AND deleted_at IS NULL`)
    .orderBy(by, direction)
    .orderBy(sql`id`, direction)
    .limit(limit);
  if (after) {
    rows = rows.where(beyond(sort, after));
  }
  if (search !== undefined) {
    const holding = searched.map((text) => holds(text, search));
    rows = rows.where(sql<boolean>`(${sql.join(holding, sql` OR `)})`);
  }
  return rows;
}

function orderingOf(sort: ListSort = 'newest'): Ordering {
  return sort === 'name'
    ? { by: sql`lower(name)`, direction: 'asc' }
    : { by: sql`created_at`, direction: sort === 'newest' ? 'desc' : 'asc' };
}

/** What comes after the position. */
function beyond(sort: ListSort = 'newest', { key, id }: ListPosition): RawBuilder<boolean> {
  switch (sort) {
    case 'name':
      return sql<boolean>`(lower(name), id) > (lower(${key}), ${id}::uuid)`;
    case 'oldest':
      return sql<boolean>`(created_at, id) > (${key}::timestamptz, ${id}::uuid)`;
    case 'newest':
      return sql<boolean>`(created_at, id) < (${key}::timestamptz, ${id}::uuid)`;
  }
}

/** `column` is an expression of ours; the text is bound. */
function holds(column: RawBuilder<unknown>, text: string): RawBuilder<boolean> {
  return sql<boolean>`strpos(lower(${column}), lower(${text})) > 0`;
}
