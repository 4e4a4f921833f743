import { randomUUID } from 'node:crypto';
import { objectExists, objectMissing } from './errors.ts';
import { printName } from './sql/names.ts';
import type { SnowflakeType } from './sql/types.ts';

export interface TableColumn {
  name: string;
  type: SnowflakeType;
  nullable: boolean;
  default: string | undefined;
}

export interface Table {
  database: string;
  schema: string;
  name: string;
  kind: 'TABLE' | 'TRANSIENT' | 'TEMPORARY';
  columns: TableColumn[];
  createdAt: Date;
  /** Name of the table in DuckDB; a new one for each CREATE, so that nothing of a dropped namesake is met again. */
  physical: string;
  /** Files that COPY has loaded, by name, with the hash of their bytes. */
  loaded: Map<string, string>;
  /** Folder of its table stage. */
  stageId: string;
}

export interface Stage {
  database: string;
  schema: string;
  name: string;
  temporary: boolean;
  createdAt: Date;
  stageId: string;
}

export type NameOf = [database: string, schema: string, name: string];

/** A table that nobody can see yet. */
export function newTable(table: Omit<Table, 'createdAt' | 'physical' | 'loaded' | 'stageId'>): Table {
  return { ...table, createdAt: new Date(), physical: `t-${randomUUID()}`, loaded: new Map(), stageId: randomUUID() };
}

const keyOf = (parts: readonly string[]) => JSON.stringify(parts);
export const printQualified = (parts: readonly string[]) => parts.map(printName).join('.');

/** What exists: databases, schemas, tables and stages. All names are exact, as folded or quoted by the statement. */
export class Catalog {
  private readonly schemas = new Map<string, Set<string>>();
  private readonly tables = new Map<string, Table>();
  private readonly stages = new Map<string, Stage>();
  private turn: Promise<unknown> = Promise.resolve();

  /** One DDL statement after the other: DuckDB refuses two that change one table. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => undefined);
    return result;
  }

  createDatabase(name: string): void {
    if (this.schemas.has(name)) {
      throw objectExists(name);
    }
    this.schemas.set(name, new Set(['PUBLIC', 'INFORMATION_SCHEMA']));
  }

  createSchema(database: string, schema: string): void {
    if (this.hasSchema(database, schema)) {
      throw objectExists(schema);
    }
    this.schemasOf(database).add(schema);
  }

  hasDatabase(name: string): boolean {
    return this.schemas.has(name);
  }

  hasSchema(database: string, schema: string): boolean {
    return this.schemas.get(database)?.has(schema) ?? false;
  }

  databases(): string[] {
    return [...this.schemas.keys()];
  }

  schemasOf(database: string): Set<string> {
    const schemas = this.schemas.get(database);
    if (schemas === undefined) {
      throw objectMissing('Database', printName(database));
    }
    return schemas;
  }

  assertSchema(database: string, schema: string): void {
    if (!this.schemasOf(database).has(schema)) {
      throw objectMissing('Schema', printQualified([database, schema]));
    }
  }

  table(name: NameOf): Table | undefined {
    return this.tables.get(keyOf(name));
  }

  allTables(): Table[] {
    return [...this.tables.values()];
  }

  /** Others see the table from here on, so DuckDB must have it. */
  addTable(table: Table): void {
    this.tables.set(keyOf([table.database, table.schema, table.name]), table);
  }

  dropTable(table: Table): void {
    this.tables.delete(keyOf([table.database, table.schema, table.name]));
  }

  stage(name: NameOf): Stage | undefined {
    return this.stages.get(keyOf(name));
  }

  allStages(): Stage[] {
    return [...this.stages.values()];
  }

  addStage([database, schema, name]: NameOf, temporary: boolean): Stage {
    const stage = { database, schema, name, temporary, createdAt: new Date(), stageId: randomUUID() };
    this.stages.set(keyOf([database, schema, name]), stage);
    return stage;
  }

  dropStage(name: NameOf): void {
    this.stages.delete(keyOf(name));
  }

  dropSchema(database: string, schema: string): Table[] {
    this.assertSchema(database, schema);
    const dropped = this.allTables().filter((table) => table.database === database && table.schema === schema);
    dropped.forEach((table) => this.dropTable(table));
    for (const stage of this.allStages()) {
      if (stage.database === database && stage.schema === schema) {
        this.dropStage([database, schema, stage.name]);
      }
    }
    this.schemasOf(database).delete(schema);
    return dropped;
  }
}
