import { SluiceError } from '../../core/errors.ts';
import type { SqlFragment } from '../../core/filters.ts';
import type { ClickHouse } from '../client.ts';
import { asCustomersFault } from './faults.ts';
import { findFunction } from './functions.ts';
import { limitSettings, CHECK_LIMITS } from './limits.ts';

/** What the engine's own parser may find in a text of the printer: kinds of nodes that read nothing by themselves. */
const NODES = new Set([
  ...[
    'SelectWithUnionQuery',
    'SelectIntersectExceptQuery',
    'SelectQuery',
    'Subquery',
    'ExpressionList',
    'Identifier',
    'Literal',
  ],
  ...[
    'TablesInSelectQuery',
    'TablesInSelectQueryElement',
    'TableExpression',
    'TableJoin',
    'ArrayJoin',
    'OrderByElement',
  ],
  ...['WindowDefinition', 'WindowListElement', 'Asterisk', 'QualifiedAsterisk', 'Function', 'TableIdentifier'],
]);
/** What parameters, lambdas and EXISTS become. */
const OWN_FUNCTIONS = new Set(['_CAST', 'lambda', 'exists']);

/**
 * The second look at a compiled query: the engine parses it, without running anything, and its tree is held against the
 * same lists. It never finds anything unless the printer or this version of the engine has a fault; then nothing runs.
 */
export async function assertEngineAgrees(
  ch: ClickHouse,
  { sql, params }: SqlFragment,
  signal?: AbortSignal,
): Promise<void> {
  const lines = await asCustomersFault(() =>
    ch.rows<{ explain: string }>({
      sql: `EXPLAIN AST ${sql}`,
      params,
      settings: limitSettings(CHECK_LIMITS),
      ...(signal && { signal }),
    }),
  );
  const odd = lines.map(({ explain }) => explain.trim()).find((line) => !isExpected(line, ch.database));
  if (odd !== undefined || lines.length === 0) {
    throw new SluiceError({
      code: 'query_check_failed',
      message: `the engine reads the query in another way than Sluice: ${odd ?? 'nothing'}`,
      retryable: false,
      fault: 'platform',
      remedy: 'Report this query; it was not run.',
    });
  }
}

function isExpected(line: string, database: string): boolean {
  const [node = '', name = ''] = line.split(' ');
  if (node === 'Function') {
    return OWN_FUNCTIONS.has(name) || findFunction(name) !== undefined;
  }
  if (node === 'TableIdentifier') {
    return name === `${database}.event_log` || name === `${database}.event_first_seen`;
  }
  return NODES.has(node);
}
