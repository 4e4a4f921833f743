import type { Micros } from '../time.ts';
import { DATE_PATTERN } from './dates.ts';
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
import { meaningOf, type Meaning } from './meaning.ts';
import { doubleBits, MAX_INT64, type ExactNumber } from './numbers.ts';

/** Binds a value: notes it and answers its placeholder. */
export type Bind = (type: string, value: unknown) => string;

/** Expressions for a member of the JSON text in a column. */
interface Member {
  column: string;
  type: string;
  text: string;
  /** `JSONExtract<kind>` of the member. */
  extract(kind: 'Int' | 'UInt' | 'Float' | 'Bool'): string;
}

const SYMBOLS: Record<OrderOperator | DateOperator, string> = {
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
  is_date_before: '<',
  is_date_after: '>',
};

/** A condition on `properties` and `person_properties` under which all filters hold. Every value is bound. */
export function propertiesSql(filters: readonly PropertyFilter[], bind: Bind): string {
  return joined(filters, ' AND ', bind);
}

function joined(filters: readonly PropertyFilter[], operator: ' AND ' | ' OR ', bind: Bind): string {
  const parts = filters.map((filter) => `(${isGroup(filter) ? groupSql(filter, bind) : conditionSql(filter, bind)})`);
  return parts.length > 0 ? parts.join(operator) : operator === ' AND ' ? '1' : '0';
}

function groupSql({ operator, filters }: PropertyGroup, bind: Bind): string {
  return joined(filters, operator === 'and' ? ' AND ' : ' OR ', bind);
}

function conditionSql(condition: PropertyCondition, bind: Bind): string {
  const member = memberOf(condition, bind);
  const holds = meaningSql(meaningOf(condition), member, bind);
  return isNegative(condition) ? `JSONType(${member.column}) = 'Object' AND NOT (${holds})` : holds;
}

function memberOf({ source, key }: PropertyCondition, bind: Bind): Member {
  const column = source === 'event' ? 'properties' : 'person_properties';
  const member = `${column}, ${bind('String', key)}`;
  return {
    column,
    type: `JSONType(${member})`,
    text: `JSONExtractString(${member})`,
    extract: (kind) => `JSONExtract${kind}(${member})`,
  };
}

/** The condition, or what it is the opposite of. */
function meaningSql(meaning: Meaning, member: Member, bind: Bind): string {
  switch (meaning.kind) {
    case 'set':
      return `${member.type} != 'Null'`;
    case 'equal':
      return equalitySql(meaning.accepted, member, bind);
    case 'match':
      return matchSql(meaning.pattern, member, bind);
    case 'order':
      return meaning.limit === undefined ? '0' : orderSql(SYMBOLS[meaning.operator], meaning.limit, member, bind);
    case 'date':
      return meaning.limit === undefined ? '0' : dateSql(SYMBOLS[meaning.operator], meaning.limit, member, bind);
  }
}

function matchSql(pattern: string, { type, text }: Member, bind: Bind): string {
  return `${type} = 'String' AND match(${text}, ${bind('String', pattern)})`;
}

/** One list for each type of JSON value. ClickHouse hashes the values of a list, so each number is given in that type. */
function equalitySql({ texts, numbers, booleans }: Accepted, member: Member, bind: Bind): string {
  const integers = [...numbers].filter((number) => typeof number === 'bigint');
  const doubles = [...numbers].filter(isDouble).map((number) => doubleBits(Number(number)));
  const lists: [type: string, expression: string, listType: string, values: unknown[]][] = [
    ['String', member.text, 'String', [...texts]],
    ['Int64', member.extract('Int'), 'Int64', integers.filter((integer) => integer <= MAX_INT64)],
    ['UInt64', member.extract('UInt'), 'UInt64', integers.filter((integer) => integer > MAX_INT64)],
    // Adding 0 turns -0 into 0.
    ['Double', `reinterpretAsUInt64(${member.extract('Float')} + 0.)`, 'UInt64', doubles],
    ['Bool', `toUInt8(${member.extract('Bool')})`, 'UInt8', [...booleans].map(Number)],
  ];
  const wanted = lists.filter(([, , , values]) => values.length > 0);
  const conditions = wanted.map(
    ([type, expression, listType, values]) =>
      `(${member.type} = '${type}' AND ${expression} IN ${bind(`Array(${listType})`, values)})`,
  );
  return conditions.length > 0 ? conditions.join(' OR ') : '0';
}

/** Whether a double can hold the value. */
function isDouble(number: ExactNumber): boolean {
  return typeof number === 'number' || BigInt(Number(number)) === number;
}

function orderSql(symbol: string, limit: ExactNumber, member: Member, bind: Bind): string {
  // ClickHouse compares integers with doubles by their mathematical value.
  const bound = limitSql(limit, bind);
  return `multiIf(${member.type} = 'Int64', ${member.extract('Int')} ${symbol} ${bound},
    ${member.type} = 'UInt64', ${member.extract('UInt')} ${symbol} ${bound},
    ${member.type} = 'Double', ${member.extract('Float')} ${symbol} ${bound}, 0)`;
}

function limitSql(limit: ExactNumber, bind: Bind): string {
  if (typeof limit === 'number') {
    return `reinterpretAsFloat64(${bind('UInt64', doubleBits(limit))})`;
  }
  return bind(limit > MAX_INT64 ? 'UInt64' : 'Int64', limit);
}

function dateSql(symbol: string, limit: Micros, { type, text }: Member, bind: Bind): string {
  const micros = `toUnixTimestamp64Micro(parseDateTime64BestEffortOrNull(${text}, 6, 'UTC'))`;
  return `${type} = 'String' AND match(${text}, ${bind('String', DATE_PATTERN)})
    AND ifNull(${micros} ${symbol} ${bind('Int64', limit)}, 0)`;
}
