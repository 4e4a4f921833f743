import { SluiceError } from '../../core/errors.ts';

export function columnMissing(table: string, column: string, type: string): SluiceError {
  return new SluiceError({
    code: 'destination_column_missing',
    message: `table ${table} has no column ${column}`,
    retryable: false,
    fault: 'customer',
    remedy: `Add ${column} (${type}) to the table, or let the destination add new columns (schemaPolicy: auto).`,
  });
}

export function columnNotFitting(found: {
  table: string;
  column: string;
  type: string;
  /** What the model's column needs; undefined when the model has no such column. */
  wanted: string | undefined;
}): SluiceError {
  const { table, column, type, wanted } = found;
  const detail = wanted === undefined ? 'which the export does not fill' : `which cannot hold ${wanted}`;
  return new SluiceError({
    code: 'destination_column_type_mismatch',
    message: `table ${table}: column ${column} is ${type}, ${detail}`,
    retryable: false,
    fault: 'customer',
    remedy:
      wanted === undefined
        ? `Give ${column} a default or let it be NULL.`
        : `Change ${column} to ${wanted}, or export to another table.`,
  });
}

export function tableWithoutColumns(table: string): SluiceError {
  return new SluiceError({
    code: 'destination_table_without_columns',
    message: `table ${table} has no column of the export`,
    retryable: false,
    fault: 'customer',
    remedy: 'Name another table, or drop this one and let the destination create it.',
  });
}

export function mergeKeyMissing(table: string, key: readonly string[]): SluiceError {
  return new SluiceError({
    code: 'destination_merge_key_missing',
    message: `table ${table} cannot be merged into: it needs the key ${key.join(', ')}`,
    retryable: false,
    fault: 'customer',
    remedy: `Create a primary key or a unique index on (${key.join(', ')}), or export in append mode.`,
  });
}
