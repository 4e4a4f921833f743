/**
 * The part of ClickHouse's SELECT that a query may use, as data. What has no place here cannot be written to the
 * engine: SETTINGS, FORMAT, table functions, databases, FINAL, SAMPLE, parameters other than the two bounds.
 */
export type Expression =
  | { kind: 'number'; text: string }
  | { kind: 'string'; value: string }
  | { kind: 'keyword'; text: 'NULL' | 'true' | 'false' }
  | { kind: 'bound'; name: Bound }
  /** A column, with the table's alias or a tuple in front; never a table. */
  | { kind: 'column'; path: readonly string[] }
  /** `*` or `alias.*`. */
  | { kind: 'star'; of: string | undefined }
  | { kind: 'array'; items: readonly Expression[] }
  | { kind: 'tuple'; items: readonly Expression[] }
  | { kind: 'lambda'; parameters: readonly string[]; body: Expression }
  | { kind: 'subquery'; query: Query }
  | FunctionCall;

export type Bound = 'interval_start' | 'interval_end';

export interface FunctionCall {
  kind: 'call';
  /** As the allow-list spells it. */
  name: string;
  /** Of a parametric aggregate: `quantile(0.9)(x)`. */
  parameters?: readonly Expression[];
  arguments: readonly Expression[];
  /** A window's name, or the window. */
  over?: string | Window;
}

export interface Window {
  partitionBy: readonly Expression[];
  orderBy: readonly OrderItem[];
  /** Already in the words of the grammar: `ROWS BETWEEN 6 PRECEDING AND CURRENT ROW`. */
  frame?: string;
}

export interface OrderItem {
  expression: Expression;
  descending: boolean;
  nulls?: 'FIRST' | 'LAST';
}

export interface Named {
  expression: Expression;
  alias: string | undefined;
}

/**
 * One SELECT, or several joined by one operator. `WITH name AS (query)` is not here: whoever names such a table has the
 * query itself (`TableSource`), so that the engine never looks a name up among its tables.
 */
export interface Query {
  kind: 'query';
  /** `WITH expression AS name`. */
  values: readonly { name: string; expression: Expression }[];
  operator: SetOperator | undefined;
  parts: readonly (Select | Query)[];
}

export type SetOperator =
  'UNION ALL' | 'UNION DISTINCT' | 'INTERSECT' | 'INTERSECT DISTINCT' | 'EXCEPT' | 'EXCEPT DISTINCT';

export interface Select {
  kind: 'select';
  distinct: boolean;
  distinctOn: readonly Expression[];
  items: readonly Named[];
  from: readonly FromItem[];
  where: Expression | undefined;
  groupBy: { expressions: readonly Expression[]; modifier: '' | ' WITH ROLLUP' | ' WITH CUBE' } | undefined;
  having: Expression | undefined;
  windows: readonly { name: string; window: Window }[];
  qualify: Expression | undefined;
  orderBy: readonly OrderItem[];
  limitBy: { rows: string; offset: string | undefined; by: readonly Expression[] } | undefined;
  limit: string | undefined;
  offset: string | undefined;
}

export type FromItem =
  | { kind: 'table'; source: TableSource }
  | {
      kind: 'join';
      type: string;
      source: TableSource;
      on: Expression | undefined;
      using: readonly string[] | undefined;
    }
  | { kind: 'array join'; left: boolean; items: readonly Named[] };

/** `query` is undefined for `events`, the one table there is. */
export interface TableSource {
  alias: string | undefined;
  query: Query | undefined;
}
