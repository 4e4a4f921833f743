import { needTable, needWarehouse, resolveName, type Binding, type Context } from './context.ts';
import { informationSchema } from './information-schema.ts';
import { syntaxError } from './errors.ts';
import type { Scope } from './sql/rewrite.ts';
import { column, literal, quoteName } from './sql/names.ts';

function bindingSql(binding: Binding | undefined, row: number): string {
  const value = Array.isArray(binding?.value) ? binding.value[row] : binding?.value;
  if (binding === undefined || value === undefined) {
    throw syntaxError('?', 0);
  }
  if (value === null) {
    return 'NULL';
  }
  return binding.type === 'FIXED' || binding.type === 'REAL' || binding.type === 'BOOLEAN' ? value : literal(value);
}

const text = (value: string | undefined) => (value === undefined ? 'NULL' : literal(value));

/** Functions that say something about the session. */
const SESSION_FUNCTIONS: Record<string, (context: Context) => string> = {
  CURRENT_DATABASE: ({ session }) => text(session.database),
  CURRENT_SCHEMA: ({ session }) => text(session.schema),
  CURRENT_WAREHOUSE: ({ session }) => text(session.warehouse),
  CURRENT_ROLE: ({ session }) => text(session.role),
  CURRENT_USER: ({ session }) => text(session.user),
  CURRENT_ACCOUNT: ({ account }) => text(account.name.toUpperCase()),
  CURRENT_ACCOUNT_NAME: ({ account }) => text(account.name.toUpperCase()),
  CURRENT_SESSION: ({ session }) => text(session.id),
  CURRENT_TRANSACTION: ({ session }) => text(session.transaction?.id),
  CURRENT_VERSION: () => text('9.99.0'),
  CURRENT_REGION: () => text('EMULATOR'),
  CURRENT_TIMESTAMP: () => 'now()',
  CURRENT_DATE: () => 'current_date',
};

/** What the names of a statement mean for its session. `row` picks the values of an array binding. */
export function scopeOf(context: Context, row = 0): Scope {
  return {
    table: (parts) => {
      const name = resolveName(context, parts, 'SELECT');
      if (name[1] === 'INFORMATION_SCHEMA') {
        needWarehouse(context);
        return { sql: informationSchema(context, name), alias: name[2] };
      }
      const table = needTable(context, parts, 'SELECT');
      needWarehouse(context);
      return { sql: quoteName(table.physical), alias: table.name };
    },
    call: (name) => SESSION_FUNCTIONS[name]?.(context),
    bind: (position) => bindingSql(context.bindings[String(position)], row),
    fileColumn: (position) => column(`COLUMN${String(position)}`),
    metadata: () => undefined,
  };
}
