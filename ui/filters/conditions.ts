/** Conditions on properties as the API takes them, and as people say them. What each means: docs/filters.md. */
export type Filter = Condition | Group;

export interface Condition {
  operator: Operator;
  source: Source;
  key: string;
  /** Absent for those that ask only whether it is there. */
  value?: Value;
}

export interface Group {
  operator: 'and' | 'or';
  filters: Filter[];
}

export type Source = 'event' | 'person';
type Scalar = string | number | boolean;
export type Value = Scalar | Scalar[];

export const OPERATORS = [
  { value: 'exact', label: 'is', takes: 'text' },
  { value: 'is_not', label: 'is not', takes: 'text' },
  { value: 'in', label: 'is one of', takes: 'list' },
  { value: 'not_in', label: 'is none of', takes: 'list' },
  { value: 'is_set', label: 'is set', takes: 'nothing' },
  { value: 'is_not_set', label: 'is not set', takes: 'nothing' },
  { value: 'icontains', label: 'contains', takes: 'text' },
  { value: 'not_icontains', label: 'does not contain', takes: 'text' },
  { value: 'regex', label: 'matches the pattern', takes: 'pattern' },
  { value: 'not_regex', label: 'does not match the pattern', takes: 'pattern' },
  { value: 'gt', label: 'is greater than', takes: 'number' },
  { value: 'gte', label: 'is at least', takes: 'number' },
  { value: 'lt', label: 'is less than', takes: 'number' },
  { value: 'lte', label: 'is at most', takes: 'number' },
  { value: 'is_date_before', label: 'is a date before', takes: 'date' },
  { value: 'is_date_after', label: 'is a date after', takes: 'date' },
] as const;
export type Operator = (typeof OPERATORS)[number]['value'];
export type Takes = (typeof OPERATORS)[number]['takes'];

/** Groups within groups. */
export const MAX_DEPTH = 3;

export const NEW_CONDITION: Condition = { operator: 'exact', source: 'event', key: '', value: '' };
/** Others than those around it: else it would say nothing more. */
export const newGroup = (around: Group['operator']): Group => ({
  operator: around === 'and' ? 'or' : 'and',
  filters: [NEW_CONDITION],
});

export function takes(operator: Operator): Takes {
  return OPERATORS.find(({ value }) => value === operator)?.takes ?? 'text';
}

export function isGroup(filter: Filter): filter is Group {
  return filter.operator === 'and' || filter.operator === 'or';
}

/** The condition with another operator; of its value what that can take. */
export function withOperator({ source, key, value }: Condition, operator: Operator): Condition {
  const what = takes(operator);
  if (what === 'nothing') {
    return { operator, source, key };
  }
  const values = [value ?? []].flat().filter((one) => one !== '');
  if (what === 'list' || (values.length > 1 && isEquality(operator))) {
    return { operator, source, key, value: values };
  }
  return { operator, source, key, value: values[0] ?? '' };
}

/** As it was typed: a number where it is one exactly and numbers are wanted, else the text, which the API takes for both. */
export function typedValue(operator: Operator, text: string): Scalar {
  const number = Number(text);
  return takes(operator) === 'number' && text !== '' && String(number) === text ? number : text;
}

/** Of what a form or somebody's JSON holds; undefined where it cannot be shown as conditions. */
export function readFilters(value: unknown): Filter[] | undefined {
  if (value === undefined || value === null) {
    return [];
  }
  return Array.isArray(value) && value.every((one) => isFilter(one, MAX_DEPTH)) ? (value as Filter[]) : undefined;
}

function isFilter(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  const { operator, filters, ...rest } = value as Record<string, unknown>;
  if (operator === 'and' || operator === 'or') {
    const isPlain = Object.keys(rest).length === 0 && Array.isArray(filters);
    return isPlain && depth > 0 && filters.every((one) => isFilter(one, depth - 1));
  }
  return filters === undefined && OPERATORS.some((one) => one.value === operator) && isCondition(rest);
}

function isCondition({ source, key, value, ...rest }: Record<string, unknown>): boolean {
  const isNamed = (source === 'event' || source === 'person') && typeof key === 'string';
  const values = Array.isArray(value) ? (value as unknown[]) : [value ?? ''];
  return isNamed && Object.keys(rest).length === 0 && values.every((one) => one !== null && typeof one !== 'object');
}

/** What is not filled in yet, by its place as the API names places: `1.filters.0.key`. */
export function gapsIn(filters: readonly Filter[], at = ''): Record<string, string> {
  const found = filters.map((filter, index) => {
    const place = `${at}${String(index)}.`;
    return isGroup(filter) ? gapsIn(filter.filters, `${place}filters.`) : gapsOf(filter, place);
  });
  return Object.assign({}, ...found) as Record<string, string>;
}

function gapsOf({ operator, key, value }: Condition, place: string): Record<string, string> {
  const isEmptyList = Array.isArray(value) && value.length === 0;
  // A property may well be the empty text.
  const isUnfilled = (value === undefined || value === '') && !isEquality(operator);
  const wantsMore = takes(operator) !== 'nothing' && (isEmptyList || isUnfilled);
  return {
    ...(key === '' ? { [`${place}key`]: 'Name a property.' } : {}),
    ...(wantsMore ? { [`${place}value`]: 'Give a value.' } : {}),
  };
}

function isEquality(operator: Operator): boolean {
  return operator === 'exact' || operator === 'is_not';
}

/** What the API says of places below `prefix`. */
export function refusedPlaces(
  fields: readonly { field: string; message: string }[],
  prefix: string,
): Record<string, string> {
  const below = fields.filter(({ field }) => field.startsWith(prefix));
  return Object.fromEntries(below.map(({ field, message }) => [field.slice(prefix.length), message]));
}

/** What is said of a place or below it. */
export function saidOf(errors: Readonly<Record<string, string>>, place: string): string | undefined {
  const found = Object.entries(errors).find(([at]) => at === place || at.startsWith(`${place}.`));
  return found?.[1];
}
