import { orderOf } from '../table/copies.ts';
import { isKeyed, keyColumns, WarehouseKeys } from '../table/keys.ts';
import { removeCopies } from './remove-copies.ts';
import type { Scope } from './scope.ts';
import { qualified, quoteName, runQuery } from './sql.ts';

const quoteText = (text: string): string => `'${text.replaceAll(/[\\']/g, '\\$&')}'`;

export function bigqueryKeys(scope: Scope): WarehouseKeys | undefined {
  const { api, table, plan, context, names, labels } = scope;
  const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
  const found = keyColumns(
    context,
    plan.columns.map(({ target }) => target),
    { sameName, keyType: /^STRING/, timeType: /^TIMESTAMP$/ },
  );
  if (!isKeyed(context) || found === undefined) {
    return undefined;
  }
  const [key, arrival] = [quoteName(found.key), quoteName(found.arrival)];
  const { startMicros, endMicros } = context.interval;
  const moment = (micros: number): string => `TIMESTAMP_MICROS(${String(micros)})`;
  // A table may ask for a filter of its partitions.
  const place = { table: qualified(api, table), key, anywhere: `${arrival} >= ${moment(0)}` };
  const target = {
    ...place,
    md5: `TO_HEX(MD5(${key}))`,
    inRange: `${arrival} >= ${moment(startMicros)} AND ${arrival} < ${moment(endMicros)}`,
    integerOf: (digits: string) => `CAST(CONCAT('0x', ${digits}) AS INT64)`,
    literal: quoteText,
    removeCopies: (literals: readonly string[]) =>
      removeCopies(scope, { ...place, order: orderOf(context, arrival), literals }),
    rows: (sql: string) => {
      const job = { jobId: names.freeJob(), labels, action: `look for rows in ${table}` };
      return runQuery(api, { sql }, job, context.signal);
    },
  };
  return new WarehouseKeys(() => Promise.resolve(target), { removes: true });
}
