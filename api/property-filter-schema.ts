import { z } from 'zod';
import { dateMicros } from '../core/properties/dates.ts';
import {
  CONTAINS_OPERATORS,
  DATE_OPERATORS,
  EQUALITY_OPERATORS,
  isGroup,
  ORDER_OPERATORS,
  PRESENCE_OPERATORS,
  REGEX_OPERATORS,
  type PropertyFilter,
} from '../core/properties/filter.ts';
import { exactNumberOf } from '../core/properties/numbers.ts';
import { regexFault } from '../core/properties/patterns.ts';

const MAX_CONDITIONS = 50;
const MAX_KEY_LENGTH = 400;
const MAX_VALUES = 1_000;
const MAX_TEXT_LENGTH = 1_000;
/** Bound parameters travel in the address of a query, up to nine characters for one of these. */
const MAX_FILTER_CHARACTERS = 64 * 1024;

/** Neither Postgres nor ClickHouse's parser of parameters takes NUL or half a surrogate pair. */
const UNSTORABLE = /\0|\p{Surrogate}/u;

export function storableText(maxLength: number): z.ZodString {
  return z
    .string()
    .max(maxLength)
    .refine((text) => !UNSTORABLE.test(text), 'must not contain NUL or half a surrogate pair; remove it');
}

const place = {
  key: storableText(MAX_KEY_LENGTH).describe('Name of a member of the JSON object; a dot in it is a dot.'),
  source: z.enum(['event', 'person']).describe("event: the event's properties. person: its person_properties."),
};
const text = storableText(MAX_TEXT_LENGTH);
const scalar = z.union([text, z.number(), z.boolean()], 'must be a text, a number or a boolean; send one of these');
const scalars = z.array(scalar).min(1).max(MAX_VALUES);
const pattern = text
  .min(1)
  .superRefine((value, context) => {
    const fault = regexFault(value);
    if (fault !== undefined) {
      const message = `is no regular expression of RE2 (${fault}); use https://github.com/google/re2/wiki/Syntax`;
      context.addIssue({ code: 'custom', message });
    }
  })
  .describe('A regular expression of RE2; `.` matches line breaks too.');
const limit = z
  .union([text, z.number()], 'must be a number; write one beyond 2^53 as text')
  .refine(
    (value) => exactNumberOf(value) !== undefined,
    'must be a JSON number, an integer of at most 64 bits; correct it',
  )
  .describe('A number; as text to keep more than 53 bits.');
const date = text
  .refine(
    (value) => dateMicros(value) !== undefined,
    'must be a date or an RFC 3339 time, such as 2026-11-21T10:00:00Z',
  )
  .describe('A date or RFC 3339 time from 1901 to 2199; UTC when it has no offset.');

const conditions = [
  z.strictObject({ operator: z.enum(PRESENCE_OPERATORS), ...place }),
  z.strictObject({ operator: z.enum(['exact', 'is_not']), ...place, value: equalityValue() }),
  z.strictObject({ operator: z.enum(['in', 'not_in']), ...place, value: scalars }),
  z.strictObject({ operator: z.enum(CONTAINS_OPERATORS), ...place, value: text.min(1) }),
  z.strictObject({ operator: z.enum(REGEX_OPERATORS), ...place, value: pattern }),
  z.strictObject({ operator: z.enum(ORDER_OPERATORS), ...place, value: limit }),
  z.strictObject({ operator: z.enum(DATE_OPERATORS), ...place, value: date }),
] as const;

function equalityValue() {
  return z
    .union(
      [text, z.number(), z.boolean(), scalars],
      'must be a text, a number, a boolean, or a list of 1 to 1,000 of these',
    )
    .describe('One value or a list, of which one has to be equal.');
}

const OPERATORS = [
  ...[...PRESENCE_OPERATORS, ...EQUALITY_OPERATORS, ...CONTAINS_OPERATORS, ...REGEX_OPERATORS],
  ...[...ORDER_OPERATORS, ...DATE_OPERATORS],
];
const WRONG_OPERATOR = { error: `operator must be one of ${OPERATORS.join(', ')}, or of a group, and, or (3 levels)` };

const innermost = z.discriminatedUnion('operator', conditions, WRONG_OPERATOR);
const third = z.discriminatedUnion('operator', [...conditions, groupOf(innermost)], WRONG_OPERATOR);
const second = z.discriminatedUnion('operator', [...conditions, groupOf(third)], WRONG_OPERATOR);
const first = z.discriminatedUnion('operator', [...conditions, groupOf(second)], WRONG_OPERATOR);

function groupOf<Inner extends z.ZodType>(inner: Inner) {
  const filters = z.array(inner).min(1).max(MAX_CONDITIONS);
  return z.strictObject({ operator: z.enum(['and', 'or']), filters });
}

/** All must hold. Groups nest up to three levels. */
export const propertyFilters: z.ZodType<PropertyFilter[]> = z
  .array(first)
  .max(MAX_CONDITIONS)
  .refine((filters) => conditionsIn(filters) <= MAX_CONDITIONS, {
    error: `must not hold more than ${String(MAX_CONDITIONS)} conditions; use a list of values for one key`,
  })
  .refine((filters) => JSON.stringify(filters).length <= MAX_FILTER_CHARACTERS, {
    error: `must not be larger than ${String(MAX_FILTER_CHARACTERS)} characters; use fewer or shorter values`,
  })
  .meta({
    id: 'PropertyFilters',
    description: 'Conditions on properties, all of which must hold; docs/filters.md has the operators.',
  });

function conditionsIn(filters: readonly PropertyFilter[]): number {
  return filters.reduce((sum, filter) => sum + (isGroup(filter) ? conditionsIn(filter.filters) : 1), 0);
}
