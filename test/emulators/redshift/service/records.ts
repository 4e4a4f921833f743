import type { FieldDef } from 'pg';
import { ExactInteger } from './json-protocol.ts';
import type { StatementResult } from './statement.ts';

type Convert = (text: string) => Record<string, unknown>;

const asText: Convert = (text) => ({ stringValue: text });
const asLong: Convert = (text) => ({ longValue: new ExactInteger(text) });
const asDouble: Convert = (text) => ({ doubleValue: Number(text) });

interface WireType {
  typeName: string;
  convert: Convert;
}

/** PostgreSQL's type ids: Redshift's names for them, and the member of Field that carries the value. */
const WIRE_TYPES: Record<number, WireType> = {
  16: { typeName: 'bool', convert: (text) => ({ booleanValue: text === 't' }) },
  17: { typeName: 'varbyte', convert: (text) => ({ blobValue: Buffer.from(text.slice(2), 'hex').toString('base64') }) },
  20: { typeName: 'int8', convert: asLong },
  21: { typeName: 'int2', convert: asLong },
  23: { typeName: 'int4', convert: asLong },
  26: { typeName: 'oid', convert: asLong },
  700: { typeName: 'float4', convert: asDouble },
  701: { typeName: 'float8', convert: asDouble },
  1042: { typeName: 'bpchar', convert: asText },
  1082: { typeName: 'date', convert: asText },
  1114: { typeName: 'timestamp', convert: asText },
  1184: { typeName: 'timestamptz', convert: asText },
  1700: { typeName: 'numeric', convert: asText },
  3802: { typeName: 'super', convert: asText },
};

const wireType = ({ dataTypeID }: FieldDef): WireType =>
  WIRE_TYPES[dataTypeID] ?? { typeName: 'varchar', convert: asText };

export function columnMetadata(columns: readonly FieldDef[]): Record<string, unknown>[] {
  return columns.map((column) => ({
    name: column.name,
    label: column.name,
    typeName: wireType(column).typeName,
    isCaseSensitive: wireType(column).convert === asText,
    isCurrency: false,
    isSigned: [20, 21, 23, 700, 701, 1700].includes(column.dataTypeID),
    nullable: 1,
    length: 0,
    precision: column.dataTypeModifier > 4 ? column.dataTypeModifier - 4 : 0,
    scale: 0,
    schemaName: '',
    tableName: '',
  }));
}

export function fieldRows({ columns = [], rows = [] }: StatementResult): Record<string, unknown>[][] {
  return rows.map((row) =>
    row.map((value, index) => (value === null ? { isNull: true } : wireType(columns[index]!).convert(value))),
  );
}

/** A header line and the rows, quoted where needed, NULL as nothing. */
export function csvRecords({ columns = [] }: StatementResult, rows: readonly (string | null)[][]): string {
  const quote = (value: string | null): string =>
    value !== null && /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : (value ?? '');
  const lines = [columns.map(({ name }) => name), ...rows].map((row) => row.map(quote).join(','));
  return `${lines.join('\r\n')}\r\n`;
}

/** Bytes of the result in text form. */
export function resultBytes({ rows = [] }: StatementResult): number {
  return rows.flat().reduce((bytes, value) => bytes + Buffer.byteLength(value ?? ''), 0);
}
