import { TABLE_NAME } from './sql-text.ts';

export const MERGE_ERROR = 'UPDATE/MERGE must match at most one source row for each target row';

interface Merge {
  at: number;
  /** Answers the largest number of source rows for one target row, in a column `n`. */
  countQuery: string;
}

/**
 * The MERGE statements with WHEN MATCHED whose form is simple enough to count their matches beforehand: a table or a
 * parenthesised query as the source, no bare CASE in the ON condition. Others pass unchecked.
 */
export function mergesIn(sql: string, mask: string): Merge[] {
  const starts = [...mask.matchAll(/\bMERGE\b/gi)].map((match) => match.index);
  return starts.map((at) => parseMerge(sql, mask, at)).filter((merge) => merge !== undefined);
}

function parseMerge(sql: string, mask: string, at: number): Merge | undefined {
  const target = targetAt(sql, mask, at);
  const source = target && sourceAt(mask, target.end);
  const alias = source && sticky(String.raw`\s+(?:(?:AS\s+)?(?!ON\b)(\w+)\s+)?ON\b`, mask, source.end);
  if (target === undefined || source === undefined || alias === undefined) {
    return undefined;
  }
  const rest = mask.slice(alias.end);
  const statement = rest.slice(0, endOfStatement(rest));
  if (!/\bWHEN\s+MATCHED\b/i.test(statement)) {
    return undefined;
  }
  const condition = sql.slice(alias.end, alias.end + statement.search(/\bWHEN\b/i));
  const from = `${sql.slice(source.from, source.end)} ${alias.groups[0]?.text ?? ''}`;
  return { at, countQuery: countQuery({ target: target.name, targetAlias: target.alias, from, condition }) };
}

function targetAt(sql: string, mask: string, at: number): { name: string; alias: string; end: number } | undefined {
  const head = sticky(
    String.raw`MERGE\s+(?:INTO\s+)?(${TABLE_NAME})(?:\s+(?:AS\s+)?(?!USING\b)(\w+))?\s+USING\s+`,
    mask,
    at,
  );
  const name = head?.groups[0];
  if (head === undefined || name === undefined) {
    return undefined;
  }
  const bareName = name.text.replaceAll('`', '').split('.').at(-1) ?? name.text;
  return { name: sql.slice(name.from, name.to), alias: head.groups[1]?.text ?? bareName, end: head.end };
}

function countQuery(parts: { target: string; targetAlias: string; from: string; condition: string }): string {
  const { target, targetAlias, from, condition } = parts;
  const numbered = `(SELECT *, ROW_NUMBER() OVER () AS row_number__ FROM ${target}) ${targetAlias}`;
  const perRow = `SELECT COUNT(*) AS n FROM ${numbered} JOIN ${from} ON ${condition} GROUP BY ${targetAlias}.row_number__`;
  return `SELECT MAX(n) AS n FROM (${perRow})`;
}

/** A parenthesised query or a table name. */
function sourceAt(mask: string, from: number): { from: number; end: number } | undefined {
  if (mask[from] !== '(') {
    const name = sticky(TABLE_NAME, mask, from);
    return name && { from, end: name.end };
  }
  let depth = 0;
  for (let end = from; end < mask.length; end += 1) {
    depth += mask[end] === '(' ? 1 : mask[end] === ')' ? -1 : 0;
    if (depth === 0) {
      return { from, end: end + 1 };
    }
  }
  return undefined;
}

function endOfStatement(text: string): number {
  const end = text.indexOf(';');
  return end < 0 ? text.length : end;
}

interface Found {
  end: number;
  groups: ({ text: string; from: number; to: number } | undefined)[];
}

function sticky(pattern: string, text: string, at: number): Found | undefined {
  const expression = new RegExp(pattern, 'iyd');
  expression.lastIndex = at;
  const match = expression.exec(text);
  if (match === null) {
    return undefined;
  }
  const groups = match.slice(1).map((group, index) => {
    const [from, to] = match.indices?.[index + 1] ?? [0, 0];
    return (group as string | undefined) === undefined ? undefined : { text: group, from, to };
  });
  return { end: expression.lastIndex, groups };
}
