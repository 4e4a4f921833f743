import { QueryRefusal } from './refusal.ts';
import { printExpression } from './print-expression.ts';
import { quoteName } from '../sql.ts';
import type { FromItem, Named, OrderItem, Query, Select, TableSource, Window } from './syntax.ts';

/** What the text is made of beside the query. */
export interface PrintOptions {
  /** The query that takes the place of `events`. */
  events: string;
}

/** Tables of WITH are written out wherever they are used, so a short query can become a long one. */
const MAX_CHARS = 1_000_000;
const MAX_TABLES = 50;

/**
 * Writes a query anew, as text that the engine can read in one way only: names quoted, operators as functions, no
 * comments, and no table's name at all outside of `events`.
 */
export function printQuery(query: Query, options: PrintOptions): string {
  return new Printer(options).query(query);
}

class Printer {
  readonly #options: PrintOptions;
  #chars = 0;
  #tables = 0;

  constructor(options: PrintOptions) {
    this.#options = options;
  }

  query({ values, operator, parts }: Query): string {
    const bound = values
      .map(({ name, expression }) => `${this.expression(expression)} AS ${quoteName(name)}`)
      .join(', ');
    const texts = parts.map((part) => this.part(part, bound === '' ? '' : `WITH ${bound} `));
    return operator === undefined ? (texts[0] ?? '') : texts.map((text) => `(${text})`).join(` ${operator} `);
  }

  private part(part: Select | Query, bound: string): string {
    if (part.kind === 'select') {
      return this.counted(`${bound}${this.select(part)}`);
    }
    const inner = this.query(part);
    return bound === '' ? inner : `${bound}SELECT * FROM (${inner})`;
  }

  expression(expression: Parameters<typeof printExpression>[0]): string {
    return printExpression(expression, this);
  }

  list(items: readonly Parameters<typeof printExpression>[0][]): string {
    return items.map((item) => this.expression(item)).join(', ');
  }

  private select(select: Select): string {
    const { distinct, distinctOn, items, from, where, groupBy, having, windows, qualify, orderBy } = select;
    const on = distinctOn.length > 0 ? `DISTINCT ON (${this.list(distinctOn)}) ` : '';
    return [
      `SELECT ${on}${distinct ? 'DISTINCT ' : ''}${this.named(items)}`,
      ...(from.length > 0 ? [`FROM ${from.map((item) => this.from(item)).join(' ')}`] : []),
      ...(where ? [`WHERE ${this.expression(where)}`] : []),
      ...(groupBy ? [`GROUP BY ${this.list(groupBy.expressions)}${groupBy.modifier}`] : []),
      ...(having ? [`HAVING ${this.expression(having)}`] : []),
      ...(windows.length > 0 ? [`WINDOW ${windows.map((item) => this.namedWindow(item)).join(', ')}`] : []),
      ...(qualify ? [`QUALIFY ${this.expression(qualify)}`] : []),
      ...(orderBy.length > 0 ? [`ORDER BY ${this.order(orderBy)}`] : []),
      ...this.limits(select),
    ].join(' ');
  }

  private limits({ limitBy, limit, offset }: Select): string[] {
    const skip = (rows: string | undefined): string => (rows === undefined ? '' : ` OFFSET ${rows}`);
    return [
      ...(limitBy ? [`LIMIT ${limitBy.rows}${skip(limitBy.offset)} BY ${this.list(limitBy.by)}`] : []),
      ...(limit === undefined ? [] : [`LIMIT ${limit}`]),
      ...(offset === undefined ? [] : [`OFFSET ${offset}`]),
    ];
  }

  private named(items: readonly Named[]): string {
    return items
      .map(
        ({ expression, alias }) => this.expression(expression) + (alias === undefined ? '' : ` AS ${quoteName(alias)}`),
      )
      .join(', ');
  }

  private from(item: FromItem): string {
    switch (item.kind) {
      case 'table':
        return this.source(item.source);
      case 'array join':
        return `${item.left ? 'LEFT ' : ''}ARRAY JOIN ${this.named(item.items)}`;
      case 'join': {
        const { type, source, on, using } = item;
        const condition =
          on === undefined ? `USING (${(using ?? []).map(quoteName).join(', ')})` : `ON ${this.expression(on)}`;
        return `${type} ${this.source(source)} ${condition}`;
      }
    }
  }

  private source({ query, alias }: TableSource): string {
    this.#tables += 1;
    const text = query === undefined ? this.counted(this.#options.events) : this.query(query);
    return `(${text})${alias === undefined ? '' : ` AS ${quoteName(alias)}`}`;
  }

  window({ partitionBy, orderBy, frame }: Window): string {
    return [
      ...(partitionBy.length > 0 ? [`PARTITION BY ${this.list(partitionBy)}`] : []),
      ...(orderBy.length > 0 ? [`ORDER BY ${this.order(orderBy)}`] : []),
      ...(frame === undefined ? [] : [frame]),
    ].join(' ');
  }

  private namedWindow({ name, window }: { name: string; window: Window }): string {
    return `${quoteName(name)} AS (${this.window(window)})`;
  }

  private order(items: readonly OrderItem[]): string {
    return items
      .map(({ expression, descending, nulls }) => {
        const direction = descending ? ' DESC' : ' ASC';
        return `${this.expression(expression)}${direction}${nulls === undefined ? '' : ` NULLS ${nulls}`}`;
      })
      .join(', ');
  }

  private counted(text: string): string {
    this.#chars += text.length;
    if (this.#chars > MAX_CHARS || this.#tables > MAX_TABLES) {
      throw new QueryRefusal(
        0,
        'the query is too large once its tables of WITH are written out',
        'Use them fewer times.',
      );
    }
    return text;
  }
}
