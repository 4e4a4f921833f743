import type { Micros } from '../time.ts';
import { dateMicros } from './dates.ts';
import { acceptedBy, type Accepted } from './equality.ts';
import {
  CONTAINS_OPERATORS,
  EQUALITY_OPERATORS,
  ORDER_OPERATORS,
  PRESENCE_OPERATORS,
  REGEX_OPERATORS,
  type DateOperator,
  type OrderOperator,
  type PropertyCondition,
} from './filter.ts';
import { exactNumberOf, type ExactNumber } from './numbers.ts';
import { containsPattern, regexPattern } from './patterns.ts';

/**
 * What a condition, or the condition that it negates, asks of a value; everything about the filter's own value is decided
 * here, once for both compilers. An undefined limit (the API lets none through) is met by nothing.
 */
export type Meaning =
  | { kind: 'set' }
  | { kind: 'equal'; accepted: Accepted }
  | { kind: 'match'; pattern: string }
  | { kind: 'order'; operator: OrderOperator; limit: ExactNumber | undefined }
  | { kind: 'date'; operator: DateOperator; limit: Micros | undefined };

export function meaningOf(condition: PropertyCondition): Meaning {
  if (hasOperator(condition, PRESENCE_OPERATORS)) {
    return { kind: 'set' };
  }
  if (hasOperator(condition, EQUALITY_OPERATORS)) {
    return { kind: 'equal', accepted: acceptedBy(condition.value) };
  }
  if (hasOperator(condition, CONTAINS_OPERATORS)) {
    return { kind: 'match', pattern: containsPattern(condition.value) };
  }
  if (hasOperator(condition, REGEX_OPERATORS)) {
    return { kind: 'match', pattern: regexPattern(condition.value) };
  }
  if (hasOperator(condition, ORDER_OPERATORS)) {
    return { kind: 'order', operator: condition.operator, limit: exactNumberOf(condition.value) };
  }
  return { kind: 'date', operator: condition.operator, limit: dateMicros(condition.value) };
}

function hasOperator<Operator extends string>(
  condition: PropertyCondition,
  operators: readonly Operator[],
): condition is Extract<PropertyCondition, { operator: Operator }> {
  return operators.some((operator) => operator === condition.operator);
}
