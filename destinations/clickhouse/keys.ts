import { isKeyed, keyColumns, WarehouseKeys } from '../table/keys.ts';
import { quoteName, quoteText } from './names.ts';
import type { Scope } from './scope.ts';
import { qualified } from './table.ts';
import { clickhouseTypes } from './types.ts';

/** Copies are only found: ClickHouse deletes by condition, and equal rows differ in none. */
export function clickhouseKeys(scope: Scope): WarehouseKeys | undefined {
  const { plan, place, table, context } = scope;
  const found = keyColumns(
    context,
    plan.columns.map(({ target }) => target),
    { sameName: clickhouseTypes.sameName, keyType: /^(UUID|String)$/, timeType: /^DateTime64\([6-9]/ },
  );
  if (!isKeyed(context) || found === undefined) {
    return undefined;
  }
  const [key, arrival] = [quoteName(found.key), quoteName(found.arrival)];
  const { startMicros, endMicros } = context.interval;
  const moment = (micros: number): string => `fromUnixTimestamp64Micro(${String(micros)})`;
  const target = {
    // Of a merged table only what its reader sees.
    table: `${qualified(place, table)}${context.mode === 'merge' ? ' FINAL' : ''}`,
    key,
    md5: `lower(hex(MD5(toString(${key}))))`,
    inRange: `${arrival} >= ${moment(startMicros)} AND ${arrival} < ${moment(endMicros)}`,
    integerOf: (digits: string) => `reinterpretAsUInt32(reverse(unhex(${digits})))`,
    literal: (text: string) => (found.keyType === 'UUID' ? `toUUID(${quoteText(text)})` : quoteText(text)),
    rows: (sql: string) => place.client.rows<Record<string, unknown>>({ sql, signal: place.signal }),
  };
  return new WarehouseKeys(() => Promise.resolve(target), { removes: false });
}
