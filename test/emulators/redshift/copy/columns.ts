import { SqlError } from '../errors.ts';
import type { Session } from '../database/session.ts';

/** A column of the table that is loaded, in Redshift's terms. */
export interface TargetColumn {
  name: string;
  /** `smallint`, `varchar`, `super`, … without lengths. */
  type: string;
  /** Bytes for character types and VARBYTE. */
  maxBytes: number | undefined;
  precision: number | undefined;
  scale: number | undefined;
}

/** The columns of the table in their order, or those listed in the order of the list. */
export async function targetColumns(
  session: Session,
  table: string,
  listed: readonly string[] | undefined,
): Promise<TargetColumn[]> {
  const { rows = [] } = await session.query(
    `SELECT a.attname, t.typname, format_type(coalesce(nullif(t.typbasetype, 0), a.atttypid),
       CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END)
     FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
     WHERE a.attrelid = $1::text::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`,
    [table],
  );
  const all = rows.map(([name, domain, formatted]) => toColumn(name ?? '', domain ?? '', formatted ?? ''));
  return listed === undefined ? all : listed.map((name) => pick(all, name, table));
}

function pick(all: readonly TargetColumn[], name: string, table: string): TargetColumn {
  const column = all.find((one) => one.name === name);
  if (column === undefined) {
    throw new SqlError(`column "${name}" of relation ${table} does not exist`);
  }
  return column;
}

function toColumn(name: string, domain: string, formatted: string): TargetColumn {
  const limited = /^(varchar|char|varbyte)_(\d+)$/.exec(domain);
  const numeric = /^numeric\((\d+),(\d+)\)$/.exec(formatted);
  return {
    name,
    type: limited?.[1] ?? (domain === 'super' ? 'super' : formatted.replace(/\(.*?\)/, '')),
    maxBytes: limited === null ? undefined : Number(limited[2]),
    precision: numeric === null ? undefined : Number(numeric[1]),
    scale: numeric === null ? undefined : Number(numeric[2]),
  };
}
