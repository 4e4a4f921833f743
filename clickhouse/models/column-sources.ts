import type { ColumnSource, DatePart, PropertyType, SimpleSource } from '../../core/column-choice.ts';
import type { Column, ColumnType } from '../../core/columns.ts';
import { SluiceError } from '../../core/errors.ts';
import { DATE_PATTERN } from '../../core/properties/dates.ts';
import type { Bind } from '../../core/properties/sql.ts';
import { bound } from '../json/bound.ts';
import { decoded } from '../json/members.ts';
import { propertyText } from '../json/property.ts';

/** An expression and what it gives. */
export type TypedSql = Pick<Column, 'type' | 'nullable'> & { sql: string };

export interface SourceTools {
  bind: Bind;
  /** Keyed hash of a text. */
  hash(text: string): string;
  /** A column of the model, after the privacy rules. */
  column(name: string): TypedSql;
}

const TEXT: ColumnType = { kind: 'text' };

/** Compiles what a chosen column is made of. Every value that a user gave is bound. */
export function sourceSql(source: ColumnSource, tools: SourceTools): TypedSql {
  switch (source.kind) {
    case 'column':
    case 'property':
    case 'literal':
      return simpleSql(source, tools);
    case 'date_part':
      return datePart(tools.column(source.column), source.part, source.timeZone ?? 'UTC', tools.bind);
    case 'hash': {
      const { sql, nullable } = textOf(source.of, tools);
      return { sql: bound('hashed', sql, (text) => ifKnown(text, nullable, tools.hash)), type: TEXT, nullable };
    }
    case 'concat': {
      const parts = source.parts.map((part) => textOf(part, tools)).map(({ sql }) => `ifNull(${sql}, '')`);
      return { sql: `concat(${parts.join(', ')}, '')`, type: TEXT, nullable: false };
    }
    case 'coalesce': {
      const texts = source.of.map((part) => textOf(part, tools));
      const nullable = texts.every((text) => text.nullable);
      return { sql: `coalesce(${texts.map(({ sql }) => sql).join(', ')})`, type: TEXT, nullable };
    }
  }
}

function simpleSql(source: SimpleSource, tools: SourceTools): TypedSql {
  switch (source.kind) {
    case 'column':
      return tools.column(source.column);
    case 'literal':
      return literalSql(source.value, tools.bind);
    case 'property': {
      const { sql: json } = tools.column(source.source === 'event' ? 'properties' : 'person_properties');
      const text = propertyText(json, source.path, tools.bind);
      return { ...PROPERTIES[source.type], sql: bound('found', text, CASTS[source.type]), nullable: true };
    }
  }
}

const PROPERTIES: Record<PropertyType, Pick<Column, 'type'>> = {
  string: { type: TEXT },
  json: { type: { kind: 'json' } },
  integer: { type: { kind: 'integer', bits: 64, signed: true } },
  number: { type: { kind: 'float', bits: 64 } },
  boolean: { type: { kind: 'bool' } },
  timestamp: { type: { kind: 'timestamp', precision: 6 } },
};

const isString = (found: string): string => `startsWith(${found}, '"')`;
/** A number in a list of its own: another one that the engine cannot read does not disturb it. */
const listed = (found: string): string => `concat('[', ${found}, ']')`;

/** From the JSON text of a value, empty for none, to a nullable value. */
const CASTS: Record<PropertyType, (found: string) => string> = {
  string: (found) => `multiIf(${found} IN ('', 'null'), NULL, ${isString(found)}, ${decoded(found)}, ${found})`,
  json: (found) => `if(${found} = '', NULL, ${found})`,
  integer: (found) => `if(match(${found}, '^-?[0-9]+$'), toInt64OrNull(${found}), NULL)`,
  number: (found) => `if(JSONType(${listed(found)}, 1) IN ('Int64', 'UInt64', 'Double'),
    JSONExtractFloat(${listed(found)}, 1), NULL)`,
  boolean: (found) => `multiIf(${found} = 'true', true, ${found} = 'false', false, NULL)`,
  timestamp: (found) => {
    const text = decoded(found);
    const time = `parseDateTime64BestEffortOrNull(${text}, 6, 'UTC')`;
    return `if(${isString(found)} AND match(${text}, '${DATE_PATTERN.replaceAll('\\', '\\\\')}'), ${time}, NULL)`;
  },
};

function literalSql(value: string | number | boolean, bind: Bind): TypedSql {
  switch (typeof value) {
    case 'string':
      return { sql: bind('String', value), type: TEXT, nullable: false };
    case 'boolean':
      return { sql: String(value), type: { kind: 'bool' }, nullable: false };
    default:
      return Number.isSafeInteger(value)
        ? { sql: bind('Int64', value), type: { kind: 'integer', bits: 64, signed: true }, nullable: false }
        : { sql: bind('Float64', value), type: { kind: 'float', bits: 64 }, nullable: false };
  }
}

const PART_FUNCTIONS: Record<DatePart, (moment: string, zone: string) => string> = {
  date: (moment, zone) => `toDate32(${moment}, ${zone})`,
  year: (moment, zone) => `toYear(${moment}, ${zone})`,
  quarter: (moment, zone) => `toUInt16(toQuarter(${moment}, ${zone}))`,
  month: (moment, zone) => `toUInt16(toMonth(${moment}, ${zone}))`,
  week: (moment, zone) => `toUInt16(toISOWeek(${moment}, ${zone}))`,
  day: (moment, zone) => `toUInt16(toDayOfMonth(${moment}, ${zone}))`,
  weekday: (moment, zone) => `toUInt16(toDayOfWeek(${moment}, 0, ${zone}))`,
  hour: (moment, zone) => `toUInt16(toHour(${moment}, ${zone}))`,
  minute: (moment, zone) => `toUInt16(toMinute(${moment}, ${zone}))`,
};

function datePart({ sql, type, nullable }: TypedSql, part: DatePart, timeZone: string, bind: Bind): TypedSql {
  if (type.kind !== 'timestamp') {
    throw notATime();
  }
  const kind: ColumnType = part === 'date' ? { kind: 'date' } : { kind: 'integer', bits: 16, signed: false };
  return { sql: PART_FUNCTIONS[part](sql, bind('String', timeZone)), type: kind, nullable };
}

/** The value as JSON lines would show it, without quotes. */
function textOf(source: SimpleSource, tools: SourceTools): TypedSql {
  const { sql, type, nullable } = simpleSql(source, tools);
  // The form that `toString` gives to a time follows a setting.
  const text =
    type.kind === 'timestamp' ? `formatDateTime(${sql}, '%Y-%m-%dT%H:%i:%S.%fZ', 'UTC')` : `toString(${sql})`;
  return { sql: text, type: TEXT, nullable };
}

function ifKnown(text: string, nullable: boolean, hash: (text: string) => string): string {
  return nullable ? `if(isNull(${text}), NULL, ${hash(`assumeNotNull(${text})`)})` : hash(text);
}

function notATime(): SluiceError {
  return new SluiceError({
    code: 'export_column_invalid',
    message: 'a date part was asked of a column that holds no time',
    retryable: false,
    fault: 'customer',
    remedy: 'Take the date part of timestamp, inserted_at or created_at.',
  });
}
