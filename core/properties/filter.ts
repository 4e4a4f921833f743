/**
 * Filters on an event's properties. A condition looks at one member of the JSON object in `properties` (source `event`)
 * or `person_properties` (source `person`) by its literal name: a dot in a key is a dot. What a condition means:
 *
 * | operator                       | holds when the property is …                                                     |
 * |--------------------------------|----------------------------------------------------------------------------------|
 * | `is_set`                       | there, and not null                                                              |
 * | `exact`, `in`                  | equal to the value, or to one of the values                                      |
 * | `icontains`                    | a text that contains the value, whatever the case                                |
 * | `regex`                        | a text in which RE2 finds the pattern; `.` matches line breaks too               |
 * | `gt` `gte` `lt` `lte`          | a number above, not below, below, not above the value                            |
 * | `is_date_before` `is_date_after` | a text with a date (`2026-11-21`) or RFC 3339 time, before or after the value; without an offset it is UTC |
 * | `is_not_set`, `is_not`, `not_in`, `not_icontains`, `not_regex` | not what the operator without "not" says: also missing, null or of another type |
 *
 * Types: a text equals a text by code points. Numbers are equal and ordered by their mathematical value: integers of 64
 * bits exactly, fractions as IEEE doubles, so 5, 5.0 and 5e0 are one value and 2^53 + 1 is not 2^53. A filter's value may
 * be written as text: `"42"` equals the text and the number, `"true"` the text and the boolean; 42 equals the text `"42"`
 * too. A property's text is never taken for a number by `gt` and its kin. Objects and arrays equal nothing and contain
 * nothing; they are set. Of a repeated member the first counts.
 *
 * Case: each character of the value also matches its upper and its lower case where that is one character, so É is é
 * but ß is not SS.
 *
 * Unreadable: when ClickHouse cannot read the JSON (not JSON, not an object, a number beyond 64 bits or doubles, half a
 * surrogate pair, more than 1,024 levels), no condition on it holds, not even a "not".
 */
export type PropertyFilter = PropertyCondition | PropertyGroup;

/** All (`and`) or at least one (`or`) of the filters hold. */
export interface PropertyGroup {
  operator: 'and' | 'or';
  filters: PropertyFilter[];
}

export type PropertyCondition = { key: string; source: PropertySource } & (
  | { operator: PresenceOperator }
  | { operator: EqualityOperator; value: PropertyScalar | PropertyScalar[] }
  | { operator: ContainsOperator; value: string }
  | { operator: RegexOperator; value: string }
  | { operator: OrderOperator; value: number | string }
  | { operator: DateOperator; value: string }
);

export type PropertySource = 'event' | 'person';
export type PropertyScalar = string | number | boolean;

export const PRESENCE_OPERATORS = ['is_set', 'is_not_set'] as const;
export const EQUALITY_OPERATORS = ['exact', 'is_not', 'in', 'not_in'] as const;
export const CONTAINS_OPERATORS = ['icontains', 'not_icontains'] as const;
export const REGEX_OPERATORS = ['regex', 'not_regex'] as const;
export const ORDER_OPERATORS = ['gt', 'gte', 'lt', 'lte'] as const;
export const DATE_OPERATORS = ['is_date_before', 'is_date_after'] as const;

export type PresenceOperator = (typeof PRESENCE_OPERATORS)[number];
export type EqualityOperator = (typeof EQUALITY_OPERATORS)[number];
export type ContainsOperator = (typeof CONTAINS_OPERATORS)[number];
export type RegexOperator = (typeof REGEX_OPERATORS)[number];
export type OrderOperator = (typeof ORDER_OPERATORS)[number];
export type DateOperator = (typeof DATE_OPERATORS)[number];

const NEGATIVE: ReadonlySet<string> = new Set(['is_not_set', 'is_not', 'not_in', 'not_icontains', 'not_regex']);

/** Whether the operator says the opposite of another. */
export function isNegative({ operator }: PropertyCondition): boolean {
  return NEGATIVE.has(operator);
}

export function isGroup(filter: PropertyFilter): filter is PropertyGroup {
  return filter.operator === 'and' || filter.operator === 'or';
}
