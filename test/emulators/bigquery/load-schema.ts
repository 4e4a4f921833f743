import { ApiError } from './api-error.ts';
import { colonName } from './catalogue.ts';
import type { ParquetFile } from './parquet-file.ts';
import type { LoadConfiguration, TableField } from './wire.ts';

/** The schema of a load: the one of the request, which the file has to fit, else the file's own. */
export function schemaOfLoad(load: LoadConfiguration, file: ParquetFile): TableField[] {
  const given = load.schema?.fields;
  if (given === undefined) {
    return file.fields;
  }
  const inFile = byName(file.fields);
  for (const field of given) {
    if (field.type === 'JSON') {
      throw new ApiError('invalid', 'Unsupported field type: JSON');
    }
    const found = inFile.get(field.name.toLowerCase());
    if (found !== undefined && found.type !== canonical(field.type)) {
      const detail = `Parquet column '${field.name}' has type ${found.type} which does not match the target type ${field.type}.`;
      throw new ApiError('invalid', `Error while reading data, error message: ${detail}`);
    }
  }
  return given;
}

/** BigQuery's comparison of a load's schema with the table's. */
export function checkAgainstTable(load: LoadConfiguration, schema: TableField[], table: TableField[]): void {
  const mismatch = `Provided Schema does not match Table ${colonName(load.destinationTable)}.`;
  const inTable = byName(table);
  const added = schema.find(({ name }) => !inTable.has(name.toLowerCase()));
  if (added !== undefined) {
    throw new ApiError('invalid', `${mismatch} Cannot add fields (field: ${added.name})`);
  }
  for (const { name, type, mode } of schema) {
    const target = inTable.get(name.toLowerCase());
    if (target !== undefined && canonical(target.type) !== canonical(type)) {
      const change = `from ${canonical(target.type)} to ${canonical(type)}`;
      throw new ApiError('invalid', `${mismatch} Field ${name} has changed type ${change}`);
    }
    if (target?.mode === 'REQUIRED' && mode !== 'REQUIRED') {
      throw new ApiError('invalid', `${mismatch} Field ${name} has changed mode from REQUIRED to NULLABLE`);
    }
  }
  const inSchema = byName(schema);
  const missing = table.find(({ name, mode }) => mode === 'REQUIRED' && !inSchema.has(name.toLowerCase()));
  if (missing !== undefined) {
    throw new ApiError('invalid', `${mismatch} Field ${missing.name} is missing in new schema`);
  }
}

function byName(fields: TableField[]): Map<string, TableField> {
  return new Map(fields.map((field) => [field.name.toLowerCase(), field]));
}

function canonical(type: string): string {
  const aliases: Record<string, string> = { INT64: 'INTEGER', FLOAT64: 'FLOAT', BOOL: 'BOOLEAN' };
  return aliases[type] ?? type;
}
