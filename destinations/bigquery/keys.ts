import { isKeyed, keyColumns, WarehouseKeys } from '../table/keys.ts';
import type { Scope } from './scope.ts';
import { qualified, quoteName, runQuery } from './sql.ts';

const quoteText = (text: string): string => `'${text.replaceAll(/[\\']/g, '\\$&')}'`;

/** Copies are only found. */
export function bigqueryKeys({ api, table, plan, context, names, labels }: Scope): WarehouseKeys | undefined {
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
  const target = {
    table: qualified(api, table),
    key,
    md5: `TO_HEX(MD5(${key}))`,
    inRange: `${arrival} >= ${moment(startMicros)} AND ${arrival} < ${moment(endMicros)}`,
    // A table may ask for a filter of its partitions.
    anywhere: `${arrival} >= ${moment(0)}`,
    integerOf: (digits: string) => `CAST(CONCAT('0x', ${digits}) AS INT64)`,
    literal: quoteText,
    rows: (sql: string) => {
      const job = { jobId: names.freeJob(), labels, action: `look for rows in ${table}` };
      return runQuery(api, { sql }, job, context.signal);
    },
  };
  return new WarehouseKeys(() => Promise.resolve(target), { removes: false });
}
