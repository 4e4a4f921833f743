import { sql, type RawBuilder } from 'kysely';

/**
 * Text that Postgres can store: NUL and unpaired surrogates, which it refuses, become U+FFFD. For text that others
 * wrote (error messages, response bodies); input that is ours to refuse is refused at the edge instead.
 */
export function storableText(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8').replaceAll('\0', '\ufffd');
}

/** A jsonb parameter; its strings are made storable. */
export function json<Value>(value: Value): RawBuilder<Value> {
  const text = JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'string' ? storableText(member) : member,
  );
  return sql<Value>`${text}::jsonb`;
}

/** A jsonb parameter, or NULL, which is not JSON's null. */
export function nullableJson<Value>(value: Value | null): RawBuilder<Value> | null {
  return value === null ? null : json(value);
}

/** Where a page continues: the last item of the page before. Lists run from new to old. */
export interface PageCursor {
  at: Date;
  id: string;
}

/** The first items of what may be endless. */
export function firstOf<Item>(items: Iterable<Item>, count: number): Item[] {
  const found: Item[] = [];
  for (const item of items) {
    found.push(item);
    if (found.length === count) {
      break;
    }
  }
  return found;
}

/** Of what is open, which has no end: page by page in order of ids, leaving out what somebody may just be starting. */
export interface OpenPage {
  minAgeMs: number;
  limit: number;
  after?: string;
}

/** No id is before it. */
export const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** A time so long ago, by the database's clock. */
export function olderThan(ms: number): RawBuilder<Date> {
  return sql<Date>`now() - make_interval(secs => ${ms / 1_000})`;
}
