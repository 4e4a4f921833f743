import { SqlError, syntaxError } from '../errors.ts';
import type { Cursor } from './cursor.ts';
import { parseColumn } from './create-table.ts';
import { sqlPlan, type Plan } from './plan.ts';
import { quoteIdentifier } from './tokens.ts';
import { parseType } from './types.ts';

/** After `ALTER TABLE`. */
export function planAlterTable(sql: string, cursor: Cursor): Plan {
  const table = cursor.tableName();
  const alter = (action: string): string => `ALTER TABLE ${table} ${action}`;
  if (cursor.take('add')) {
    return planAddColumn(sql, cursor, table);
  }
  if (cursor.take('drop')) {
    cursor.skip('column');
    const column = cursor.identifier();
    const behaviour = cursor.take('cascade') ? ' CASCADE' : '';
    cursor.skip('restrict');
    cursor.end();
    return sqlPlan(alter(`DROP COLUMN ${quoteIdentifier(column)}${behaviour}`), []);
  }
  if (cursor.take('rename to')) {
    return sqlPlan(alter(`RENAME TO ${quoteIdentifier(cursor.identifier())}`), []);
  }
  if (cursor.take('rename column')) {
    const from = cursor.identifier();
    cursor.expect('to');
    return sqlPlan(alter(`RENAME COLUMN ${quoteIdentifier(from)} TO ${quoteIdentifier(cursor.identifier())}`), []);
  }
  if (cursor.take('owner to')) {
    return sqlPlan(alter(`OWNER TO ${quoteIdentifier(cursor.identifier())}`), []);
  }
  return planAlterColumn(cursor, table);
}

/** One column a statement, and no IF NOT EXISTS: Redshift's grammar has neither. */
function planAddColumn(sql: string, cursor: Cursor, table: string): Plan {
  cursor.skip('column');
  if (cursor.peek()?.lower === 'if') {
    throw syntaxError('NOT');
  }
  const column = parseColumn(sql, cursor, table);
  if (column.sql.includes(' NOT NULL') && !column.sql.includes(' DEFAULT ')) {
    throw new SqlError('ALTER TABLE ADD COLUMN defined as NOT NULL must have a non-null default expression');
  }
  return { ...sqlPlan(`ALTER TABLE ${table} ADD COLUMN ${column.sql}`, []), types: column.types };
}

function planAlterColumn(cursor: Cursor, table: string): Plan {
  cursor.expect('alter');
  cursor.skip('column');
  const name = cursor.identifier();
  cursor.expect('type');
  const type = parseType(cursor, name);
  cursor.end();
  return {
    ...sqlPlan(`ALTER TABLE ${table} ALTER COLUMN ${quoteIdentifier(name)} TYPE ${type.sql}`, []),
    types: type.domain === undefined ? [] : [type.domain],
    standalone: 'ALTER TABLE ALTER COLUMN cannot run inside a transaction block',
  };
}
