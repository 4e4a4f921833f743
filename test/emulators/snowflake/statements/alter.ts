import type { Table, TableColumn } from '../catalog.ts';
import { findTable, needTable, resolveName, type Context } from '../context.ts';
import { columnExists, invalidIdentifier, unsupported } from '../errors.ts';
import { status, type StatementResult } from '../results.ts';
import { cursorOver, splitAtCommas, type Cursor } from '../sql/cursor.ts';
import { column, quoteName } from '../sql/names.ts';
import { duckType } from '../sql/types.ts';
import { write } from '../transactions.ts';
import { readColumn } from './columns.ts';

const done = () => status('Statement executed successfully.');

export async function alterTable(context: Context, cursor: Cursor): Promise<StatementResult> {
  if (!cursor.accept('TABLE')) {
    throw unsupported(`ALTER ${cursor.peek().text}`);
  }
  const ifExists = cursor.accept('IF', 'EXISTS');
  const parts = cursor.qualifiedName();
  if (ifExists && findTable(context, resolveName(context, parts, 'ALTER TABLE')) === undefined) {
    return done();
  }
  const table = needTable(context, parts, 'OWNERSHIP');
  if (cursor.accept('ADD')) {
    await addColumns(context, table, cursor);
  } else if (cursor.accept('DROP', 'COLUMN')) {
    await dropColumn(context, table, cursor.identifier());
  } else {
    throw unsupported(`ALTER TABLE … ${cursor.peek().text}`);
  }
  return done();
}

async function addColumns(context: Context, table: Table, cursor: Cursor): Promise<void> {
  cursor.accept('COLUMN');
  for (const part of splitAtCommas(cursor.until()).map(cursorOver)) {
    const ifNotExists = part.accept('IF', 'NOT', 'EXISTS');
    const added = readColumn(context, part);
    if (table.columns.some(({ name }) => name === added.name)) {
      if (!ifNotExists) {
        throw columnExists(added.name);
      }
    } else {
      await addColumn(context, table, added);
    }
  }
}

async function addColumn({ session }: Context, table: Table, added: TableColumn): Promise<void> {
  const fallback = added.default === undefined ? '' : ` DEFAULT ${added.default}`;
  table.columns = [...table.columns, added];
  try {
    await write(session, [
      `ALTER TABLE ${quoteName(table.physical)} ADD COLUMN ${column(added.name)} ${duckType(added.type)}${fallback}`,
    ]);
  } catch (error) {
    table.columns = table.columns.filter((other) => other !== added);
    throw error;
  }
}

async function dropColumn({ session }: Context, table: Table, name: string): Promise<void> {
  if (!table.columns.some((other) => other.name === name)) {
    throw invalidIdentifier(name);
  }
  await write(session, [`ALTER TABLE ${quoteName(table.physical)} DROP COLUMN ${column(name)}`]);
  table.columns = table.columns.filter((other) => other.name !== name);
}
