import type { Context } from './context.ts';
import { printQualified, type NameOf, type Table } from './catalog.ts';
import { objectMissing } from './errors.ts';
import { column, literal } from './sql/names.ts';
import { informationSchemaType, type SnowflakeType } from './sql/types.ts';

type Cell = string | number | null;

const cellSql = (cell: Cell) => (cell === null ? 'NULL' : typeof cell === 'number' ? String(cell) : literal(cell));

/** A sub-query with these rows; one that is never true gives the columns their names when there are none. */
function valuesSql(names: readonly string[], rows: Cell[][]): string {
  const all = [names.map(() => null), ...rows.map((row) => row)];
  const values = all.map((row, index) => `(${index > 0 ? 'true' : 'false'}, ${row.map(cellSql).join(', ')})`);
  const columns = names.map(column).join(', ');
  return `(SELECT ${columns} FROM (VALUES ${values.join(', ')}) AS v("is row", ${columns}) WHERE "is row")`;
}

const tableType = (table: Table) => (table.kind === 'TEMPORARY' ? 'LOCAL TEMPORARY' : 'BASE TABLE');

function tablesSql(tables: readonly Table[]): string {
  return valuesSql(
    ['TABLE_CATALOG', 'TABLE_SCHEMA', 'TABLE_NAME', 'TABLE_TYPE', 'IS_TRANSIENT'],
    tables.map((table) => [
      table.database,
      table.schema,
      table.name,
      tableType(table),
      table.kind === 'TRANSIENT' ? 'YES' : 'NO',
    ]),
  );
}

const isText = ({ family }: SnowflakeType) => family === 'TEXT' || family === 'BINARY';
const isTime = ({ family }: SnowflakeType) => family.startsWith('TIME');

function columnsSql(tables: readonly Table[]): string {
  const names = [
    'TABLE_CATALOG',
    'TABLE_SCHEMA',
    'TABLE_NAME',
    'COLUMN_NAME',
    'ORDINAL_POSITION',
    'COLUMN_DEFAULT',
    'IS_NULLABLE',
    'DATA_TYPE',
    'CHARACTER_MAXIMUM_LENGTH',
    'NUMERIC_PRECISION',
    'NUMERIC_SCALE',
    'DATETIME_PRECISION',
  ];
  const rows = tables.flatMap((table) =>
    table.columns.map(({ name, type, nullable, default: fallback }, index): Cell[] => [
      table.database,
      table.schema,
      table.name,
      name,
      index + 1,
      fallback ?? null,
      nullable ? 'YES' : 'NO',
      informationSchemaType(type),
      isText(type) ? type.precision : null,
      type.family === 'FIXED' ? type.precision : null,
      type.family === 'FIXED' ? type.scale : null,
      isTime(type) ? type.precision : null,
    ]),
  );
  return valuesSql(names, rows);
}

function schemataSql({ catalog }: Context, database: string): string {
  return valuesSql(
    ['CATALOG_NAME', 'SCHEMA_NAME'],
    [...catalog.schemasOf(database)].map((schema) => [database, schema]),
  );
}

/** The views of INFORMATION_SCHEMA that a loader asks: COLUMNS, TABLES and SCHEMATA of one database. */
export function informationSchema(context: Context, name: NameOf): string {
  const [database, , view] = name;
  context.catalog.assertSchema(database, 'INFORMATION_SCHEMA');
  const visible = [...context.catalog.allTables(), ...context.session.temporaryTables.values()].filter(
    (table) => table.database === database,
  );
  switch (view) {
    case 'COLUMNS':
      return columnsSql(visible);
    case 'TABLES':
      return tablesSql(visible);
    case 'SCHEMATA':
      return schemataSql(context, database);
    default:
      throw objectMissing('Object', printQualified(name));
  }
}
