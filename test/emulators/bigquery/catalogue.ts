import { ApiError } from './api-error.ts';
import { tableInSql, tablePath } from './upstream.ts';
import type { Upstream } from './upstream.ts';
import type { TableField, TableReference, TableResource } from './wire.ts';

/*
 * bqemulator keeps a catalogue beside DuckDB's, and the two drift apart: REQUIRED is not enforced on tables that the
 * API made, columns added by SQL are missing in tables.get, columns added by tables.patch are missing in DuckDB, DDL
 * turns JSON into STRING in tables.get. This file holds them together.
 */

const SQL_TYPE: Record<string, string> = {
  INTEGER: 'INT64',
  FLOAT: 'FLOAT64',
  BOOLEAN: 'BOOL',
  BIGNUMERIC: 'STRING',
};

/** tables.get answers the old names whatever the table was made with. */
const API_TYPE: Record<string, string> = { INT64: 'INTEGER', FLOAT64: 'FLOAT', BOOL: 'BOOLEAN', DECIMAL: 'NUMERIC' };

/** Members that bqemulator takes and does not give back. */
const FORGOTTEN = ['expirationTime', 'description', 'labels'];

/** Tables as the API shows them. */
export class Catalogue {
  private readonly upstream: Upstream;
  private readonly forgotten = new Map<string, Record<string, unknown>>();
  /** DuckDB has no type that holds a BIGNUMERIC, so such a column is kept as text. */
  private readonly bigNumerics = new Map<string, Set<string>>();
  /**
   * Tables that are being made, which takes several requests: nobody sees one before it is whole. Who did could write
   * rows into it that the last of those requests removes.
   */
  private readonly making = new Map<string, Promise<unknown>>();

  constructor(upstream: Upstream) {
    this.upstream = upstream;
  }

  async get(reference: TableReference): Promise<TableResource> {
    await this.making.get(colonName(reference));
    return this.stored(reference);
  }

  private async stored(reference: TableReference): Promise<TableResource> {
    const table = await this.upstream.table(reference);
    if (table === undefined) {
      throw new ApiError('notFound', `Not found: Table ${colonName(reference)}`);
    }
    const fields = (table.schema?.fields ?? []).map((field) => ({
      ...field,
      type: API_TYPE[field.type] ?? field.type,
    }));
    return { ...table, schema: { fields }, ...this.forgotten.get(colonName(reference)) };
  }

  async create(reference: TableReference, body: TableResource): Promise<TableResource> {
    const name = colonName(reference);
    while (this.making.has(name)) {
      await this.making.get(name);
    }
    const made = this.make(reference, body);
    this.making.set(
      name,
      made.catch(() => undefined),
    );
    try {
      return await made;
    } finally {
      this.making.delete(name);
    }
  }

  private async make(reference: TableReference, body: TableResource): Promise<TableResource> {
    const fields = body.schema?.fields ?? [];
    const { projectId, datasetId } = reference;
    const stored = withoutBigNumeric(body);
    await this.upstream.json('POST', `/projects/${projectId}/datasets/${datasetId}/tables`, stored);
    if (fields.some(({ mode }) => mode === 'REQUIRED')) {
      await this.recreateWithConstraints(reference, stored);
    }
    this.bigNumerics.delete(colonName(reference));
    this.rememberBigNumerics(reference, fields);
    this.remember(reference, body);
    return this.stored(reference);
  }

  /** Adds the columns that the new schema has more. */
  async patch(reference: TableReference, body: Partial<TableResource>): Promise<TableResource> {
    const before = await this.get(reference);
    const known = namesOf(before.schema?.fields);
    const added = (body.schema?.fields ?? []).filter(({ name }) => !known.has(name.toLowerCase()));
    checkAddition(reference, before, body, added);
    for (const field of added) {
      await this.upstream.query(
        reference.projectId,
        `ALTER TABLE ${tableInSql(reference)} ADD COLUMN \`${field.name}\` ${sqlType(field)}`,
      );
    }
    await this.upstream.json('PATCH', tablePath(reference), withoutBigNumeric(body));
    this.rememberBigNumerics(reference, added);
    this.remember(reference, body);
    return this.get(reference);
  }

  /** After DDL: the catalogue gets the columns and types that the table really has. */
  async refresh(name: string): Promise<void> {
    const [projectId = '', datasetId = '', tableId = ''] = name.split('.');
    const reference = { projectId, datasetId, tableId };
    const table = await this.upstream.table(reference);
    if (table === undefined) {
      return;
    }
    const modes = new Map(table.schema?.fields?.map((field) => [field.name, field.mode]));
    const { schema } = await this.upstream.query(projectId, `SELECT * FROM ${tableInSql(reference)} LIMIT 0`);
    const fields = (schema?.fields ?? []).map((field) => ({ ...field, mode: modes.get(field.name) ?? field.mode }));
    await this.upstream.json('PATCH', tablePath(reference), { schema: { fields } });
  }

  /** Columns that DDL declared as BIGNUMERIC. */
  rememberBigNumeric(name: string, columns: string[]): void {
    const [projectId = '', datasetId = '', tableId = ''] = name.split('.');
    const fields = columns.map((column) => ({ name: column, type: 'BIGNUMERIC' }));
    this.rememberBigNumerics({ projectId, datasetId, tableId }, fields);
  }

  private rememberBigNumerics(reference: TableReference, fields: TableField[]): void {
    const name = colonName(reference);
    const known = this.bigNumerics.get(name) ?? new Set();
    fields.filter(({ type }) => type === 'BIGNUMERIC').forEach((field) => known.add(field.name));
    this.bigNumerics.set(name, known);
  }

  private async recreateWithConstraints(reference: TableReference, body: TableResource): Promise<void> {
    const columns = (body.schema?.fields ?? []).map((field) => {
      const required = field.mode === 'REQUIRED' ? ' NOT NULL' : '';
      return `\`${field.name}\` ${sqlType(field)}${required}`;
    });
    const ddl = `CREATE OR REPLACE TABLE ${tableInSql(reference)} (${columns.join(', ')})`;
    await this.upstream.query(reference.projectId, ddl);
    await this.upstream.json('PATCH', tablePath(reference), body);
  }

  private remember(reference: TableReference, body: Partial<TableResource>): void {
    const name = colonName(reference);
    const kept = FORGOTTEN.filter((key) => body[key] !== undefined).map((key) => [key, body[key]] as const);
    this.forgotten.set(name, { ...this.forgotten.get(name), ...Object.fromEntries(kept) });
  }
}

/** `project:dataset.table`, as in BigQuery's messages. */
export function colonName({ projectId, datasetId, tableId }: TableReference): string {
  return `${projectId}:${datasetId}.${tableId}`;
}

function withoutBigNumeric<T extends Partial<TableResource>>(body: T): T {
  const fields = body.schema?.fields?.map((field) =>
    field.type === 'BIGNUMERIC' ? { ...field, type: 'STRING' } : field,
  );
  return fields === undefined ? body : { ...body, schema: { ...body.schema, fields } };
}

function namesOf(fields: TableField[] = []): Set<string> {
  return new Set(fields.map(({ name }) => name.toLowerCase()));
}

function sqlType(field: TableField): string {
  if (field.fields !== undefined) {
    throw new ApiError(
      'notImplemented',
      'bigquery emulator: RECORD columns in tables with REQUIRED ones, or added later',
    );
  }
  const type = SQL_TYPE[field.type] ?? field.type;
  return field.mode === 'REPEATED' ? `ARRAY<${type}>` : type;
}

function checkAddition(
  reference: TableReference,
  before: TableResource,
  body: Partial<TableResource>,
  added: TableField[],
): void {
  const mismatch = `Provided Schema does not match Table ${colonName(reference)}.`;
  const required = added.find(({ mode }) => mode === 'REQUIRED');
  if (required !== undefined) {
    throw new ApiError(
      'invalid',
      `${mismatch} Cannot add required fields to an existing schema. (field: ${required.name})`,
    );
  }
  const after = namesOf(body.schema?.fields);
  const missing = body.schema && before.schema?.fields?.find(({ name }) => !after.has(name.toLowerCase()));
  if (missing !== undefined) {
    throw new ApiError('invalid', `${mismatch} Field ${missing.name} is missing in new schema`);
  }
}
