import type { Micros } from '../time.ts';
import { dateMicros } from './dates.ts';
import type { Accepted } from './equality.ts';
import {
  isGroup,
  isNegative,
  type DateOperator,
  type OrderOperator,
  type PropertyCondition,
  type PropertyFilter,
  type PropertyGroup,
} from './filter.ts';
import { NESTED, readProperties, type Properties, type PropertyValue } from './json.ts';
import { meaningOf, type Meaning } from './meaning.ts';
import type { ExactNumber } from './numbers.ts';
import { compilePattern } from './patterns.ts';

/** The JSON texts that conditions look into. */
export interface PropertyTexts {
  propertiesJson: string;
  personPropertiesJson: string;
}

type Predicate = (event: PropertyTexts) => boolean;
type ValueTest = (value: PropertyValue) => boolean;

type Comparison = (a: ExactNumber, b: ExactNumber) => boolean;

const COMPARISONS: Record<OrderOperator | DateOperator, Comparison> = {
  gt: (a, b) => a > b,
  gte: (a, b) => a >= b,
  lt: (a, b) => a < b,
  lte: (a, b) => a <= b,
  is_date_before: (a, b) => a < b,
  is_date_after: (a, b) => a > b,
};

/** Whether all filters hold for an event. Its JSON is read when a condition asks for it, once for all predicates. */
export function propertiesPredicate(filters: readonly PropertyFilter[]): Predicate {
  const parts = filters.map((filter) => (isGroup(filter) ? groupPredicate(filter) : conditionPredicate(filter)));
  return (event) => parts.every((part) => part(event));
}

function groupPredicate({ operator, filters }: PropertyGroup): Predicate {
  if (operator === 'and') {
    return propertiesPredicate(filters);
  }
  const parts = filters.map((filter) => propertiesPredicate([filter]));
  return (event) => parts.some((part) => part(event));
}

function conditionPredicate(condition: PropertyCondition): Predicate {
  const { source, key } = condition;
  const read = source === 'event' ? eventProperties : personProperties;
  const holds = testOf(meaningOf(condition));
  const wanted = !isNegative(condition);
  return (event) => {
    const properties = read(event);
    return properties !== undefined && holds(properties.get(key)) === wanted;
  };
}

const eventProperties = readOnce((event) => event.propertiesJson);
const personProperties = readOnce((event) => event.personPropertiesJson);

/** An event is offered to every lane of its team: what was read is kept as long as the event itself. */
function readOnce(textOf: (event: PropertyTexts) => string): (event: PropertyTexts) => Properties | undefined {
  const known = new WeakMap<PropertyTexts, { properties: Properties | undefined }>();
  return (event) => {
    const entry = known.get(event) ?? { properties: readProperties(textOf(event)) };
    known.set(event, entry);
    return entry.properties;
  };
}

function testOf(meaning: Meaning): ValueTest {
  switch (meaning.kind) {
    case 'set':
      return (value) => value !== undefined;
    case 'equal':
      return equalityTest(meaning.accepted);
    case 'match':
      return textTest(compilePattern(meaning.pattern));
    case 'order':
      return orderTest(COMPARISONS[meaning.operator], meaning.limit);
    case 'date':
      return dateTest(COMPARISONS[meaning.operator], meaning.limit);
  }
}

function textTest(test: (text: string) => boolean): ValueTest {
  return (value) => typeof value === 'string' && test(value);
}

function equalityTest({ texts, numbers, booleans }: Accepted): ValueTest {
  return (value) => {
    if (value === undefined || value === NESTED) {
      return false;
    }
    if (typeof value === 'string') {
      return texts.has(value);
    }
    return typeof value === 'boolean' ? booleans.has(value) : numbers.has(value);
  };
}

function orderTest(compare: Comparison, limit: ExactNumber | undefined): ValueTest {
  return (value) =>
    limit !== undefined && (typeof value === 'number' || typeof value === 'bigint') && compare(value, limit);
}

function dateTest(compare: Comparison, limit: Micros | undefined): ValueTest {
  return (value) => {
    const micros = typeof value === 'string' ? dateMicros(value) : undefined;
    return micros !== undefined && limit !== undefined && compare(micros, limit);
  };
}
