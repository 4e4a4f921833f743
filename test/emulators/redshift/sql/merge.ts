import { syntaxError } from '../errors.ts';
import type { Cursor } from './cursor.ts';
import { sqlPlan, type Plan, type SqlParameter } from './plan.ts';
import { rewrite } from './rewrite.ts';
import { quoteIdentifier, type Token } from './tokens.ts';

/**
 * After `MERGE`. Narrower than PostgreSQL's: the source is a table, the target has no alias, WHEN takes no further
 * condition, and both WHEN clauses are there, or REMOVE DUPLICATES instead of them.
 */
export function planMerge(
  sql: string,
  tokens: readonly Token[],
  cursor: Cursor,
  parameters: readonly SqlParameter[],
): Plan {
  cursor.expect('into');
  const target = cursor.tableName();
  cursor.expect('using');
  const source = cursor.tableName();
  const alias = parseAlias(cursor);
  cursor.expect('on');
  const clauses = cursor.rest();
  const simplified =
    clauses.length >= 2 && clauses.at(-2)?.lower === 'remove' && clauses.at(-1)?.lower === 'duplicates';
  if (simplified) {
    return planRemoveDuplicates(sql, { target, source, alias, condition: clauses.slice(0, -2) }, parameters);
  }
  checkClauses(clauses);
  const { text, values } = rewrite(sql, tokens, parameters);
  return sqlPlan(text, values, [target]);
}

function parseAlias(cursor: Cursor): string | undefined {
  const explicit = cursor.take('as');
  return explicit || cursor.peek()?.lower !== 'on' ? cursor.identifier() : undefined;
}

function checkClauses(clauses: readonly Token[]): void {
  const whens = clauses.flatMap((token, index) =>
    token.lower === 'when' && token.depth === clauses[0]?.depth ? [clauses.slice(index + 1, index + 5)] : [],
  );
  const heads = whens.map((words) => words.map((word) => word.lower).join(' '));
  const [matched, notMatched, ...more] = heads;
  if (matched === undefined || !/^matched then (update|delete)/.test(matched)) {
    throw syntaxError(whens[0]?.[1]?.text);
  }
  if (notMatched === undefined || !notMatched.startsWith('not matched then insert') || more.length > 0) {
    throw syntaxError(whens[1]?.[0]?.text);
  }
}

interface Simplified {
  target: string;
  source: string;
  alias: string | undefined;
  condition: Token[];
}

/** Rows of the target that match go, then the distinct rows of the source come. */
function planRemoveDuplicates(sql: string, merge: Simplified, parameters: readonly SqlParameter[]): Plan {
  const { text, values } = rewrite(sql, merge.condition, parameters);
  const alias = merge.alias === undefined ? '' : ` AS ${quoteIdentifier(merge.alias)}`;
  return {
    steps: [
      { kind: 'sql', text: `DELETE FROM ${merge.target} USING ${merge.source}${alias} WHERE ${text}`, values },
      { kind: 'sql', text: `INSERT INTO ${merge.target} SELECT DISTINCT * FROM ${merge.source}`, values: [] },
    ],
    writes: [merge.target],
    types: [],
  };
}
