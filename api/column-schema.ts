import { z } from 'zod';
import {
  DATE_PARTS,
  nameOfColumn,
  PROPERTY_TYPES,
  type ColumnChoice,
  type ColumnSource,
} from '../core/column-choice.ts';
import { EVENT_COLUMNS, EVENT_KEY, EVENT_VERSION } from '../core/columns.ts';
import type { PrivacyRules } from '../core/privacy.ts';
import type { WriteMode } from '../core/write-modes.ts';
import { fieldError } from './problem.ts';
import { storableText } from './property-filter-schema.ts';

const MAX_COLUMNS = 200;
const MAX_PATHS = 100;
const MAX_LEVELS = 8;
const MAX_NAME_LENGTH = 400;
/** Bound parameters travel in the address of a query. */
const MAX_CHARACTERS = 32 * 1024;

const COLUMN_NAMES = EVENT_COLUMNS.map(({ name }) => name);
const TIMES = EVENT_COLUMNS.filter(({ type }) => type.kind === 'timestamp').map(({ name }) => name);

const source = z.enum(['event', 'person']).describe("event: the event's properties. person: its person_properties.");
const path = z.array(storableText(MAX_NAME_LENGTH)).min(1).max(MAX_LEVELS);

const simple = [
  z.strictObject({ kind: z.literal('column'), column: z.enum(COLUMN_NAMES) }),
  z.strictObject({
    kind: z.literal('property'),
    source,
    path: path.describe('Names of members from the outermost object inwards; a dot in a name is a dot.'),
    type: z.enum(PROPERTY_TYPES).default('string').describe('A property of another type is null.'),
  }),
  z.strictObject({ kind: z.literal('literal'), value: z.union([storableText(1_000), z.number(), z.boolean()]) }),
] as const;
const simpleSource = z.discriminatedUnion('kind', simple);
const sources = z.array(simpleSource).min(1).max(20);

const timeZone = z.string().max(64).refine(isTimeZone, 'must be a time zone of IANA, such as Europe/Berlin');

const columnSource = z.discriminatedUnion('kind', [
  ...simple,
  z.strictObject({
    kind: z.literal('date_part'),
    column: z.enum(TIMES),
    part: z.enum(DATE_PARTS).describe('weekday: 1 is Monday. week: of ISO 8601.'),
    time_zone: timeZone.optional().describe('Default: UTC.'),
  }),
  z.strictObject({ kind: z.literal('hash'), of: simpleSource }),
  z.strictObject({ kind: z.literal('concat'), parts: sources }),
  z.strictObject({ kind: z.literal('coalesce'), of: sources }),
]);

const columnName = storableText(128)
  .min(1)
  .refine((name) => !/[\p{Cc}]/u.test(name) && name.trim() === name, 'must not begin or end with space');

export const columnsSchema = z
  .array(z.strictObject({ name: columnName, from: columnSource }))
  .min(1)
  .max(MAX_COLUMNS)
  .refine((columns) => new Set(columns.map(({ name }) => name.toLowerCase())).size === columns.length, {
    error: 'must have names that differ by more than upper and lower case; rename one of them',
  })
  .refine((columns) => JSON.stringify(columns).length <= MAX_CHARACTERS, {
    error: `must not be larger than ${String(MAX_CHARACTERS)} characters; choose fewer columns`,
  })
  .meta({ id: 'Columns', description: 'What the destination gets, in this order; docs/models.md has the kinds.' });

const paths = z
  .array(z.strictObject({ source, path: path.describe('`*` stands for any characters of a name, `\\*` for itself.') }))
  .max(MAX_PATHS)
  .default([]);

export const privacySchema = z
  .strictObject({
    drop: paths.describe('Properties that are left out.'),
    hash: paths.describe('Properties whose value becomes its keyed hash.'),
    hash_distinct_id: z.boolean().default(false),
    hash_person_id: z.boolean().default(false),
  })
  .refine((rules) => JSON.stringify(rules).length <= MAX_CHARACTERS, {
    error: `must not be larger than ${String(MAX_CHARACTERS)} characters; use patterns`,
  })
  .meta({ id: 'Privacy', description: 'What must not leave as it is; docs/models.md says what a hash promises.' });

export function columnsOf(body: z.output<typeof columnsSchema> | null): ColumnChoice[] | null {
  return body?.map(({ name, from }) => ({ name, from: sourceOf(from) })) ?? null;
}

export function columnsView(columns: readonly ColumnChoice[] | null): z.output<typeof columnsSchema> | null {
  return columns?.map(({ name, from }) => ({ name, from: sourceView(from) })) ?? null;
}

export function privacyOf(body: z.output<typeof privacySchema> | null): PrivacyRules | null {
  if (body === null) {
    return null;
  }
  const { drop, hash, hash_distinct_id: hashDistinctId, hash_person_id: hashPersonId } = body;
  return { drop, hash, hashDistinctId, hashPersonId };
}

export function privacyView(rules: PrivacyRules | null): z.output<typeof privacySchema> | null {
  if (rules === null) {
    return null;
  }
  const { drop, hash, hashDistinctId, hashPersonId } = rules;
  return { drop, hash, hash_distinct_id: hashDistinctId, hash_person_id: hashPersonId };
}

/** Refuses a merge whose key or version is not among the chosen columns as it is. */
export function assertMergeable(mode: WriteMode, columns: readonly ColumnChoice[] | null): void {
  const missing = [...EVENT_KEY, EVENT_VERSION].filter((column) => nameOfColumn(columns ?? [], column) === undefined);
  if (mode === 'merge' && columns !== null && missing.length > 0) {
    throw fieldError('columns', {
      code: 'export_key_missing',
      message: `columns: a merge needs ${missing.join(' and ')}`,
      remedy: `Add ${missing.join(' and ')} with "kind": "column", under any name, or choose mode append.`,
    });
  }
}

type SourceBody = z.output<typeof columnSource>;

function sourceOf(body: SourceBody): ColumnSource {
  if (body.kind !== 'date_part') {
    return body;
  }
  const { time_zone: zone, ...rest } = body;
  return { ...rest, ...(zone === undefined ? {} : { timeZone: zone }) };
}

function sourceView(from: ColumnSource): SourceBody {
  if (from.kind !== 'date_part') {
    return from;
  }
  const { timeZone: zone, ...rest } = from;
  return { ...rest, ...(zone === undefined ? {} : { time_zone: zone }) };
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) instanceof Intl.DateTimeFormat && !name.startsWith('+');
  } catch {
    return false;
  }
}
