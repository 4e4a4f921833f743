import { clickhouseTime } from '../../core/time.ts';
import { isKeyed, keyColumns, WarehouseKeys, type KeyTable } from '../table/keys.ts';
import { quote, quoteText, sameColumn } from './identifiers.ts';
import { rows, type Scope } from './scope.ts';
import { columnsOf } from './table.ts';

/** Copies are only found. */
export function snowflakeKeys(scope: Scope): WarehouseKeys | undefined {
  return isKeyed(scope.context) ? new WarehouseKeys(() => openTable(scope), { removes: false }) : undefined;
}

async function openTable(scope: Scope): Promise<KeyTable | undefined> {
  const { client, names, context } = scope;
  const existing = await columnsOf(client, names.target, context.signal);
  const found = keyColumns(context, existing, {
    sameName: sameColumn,
    keyType: /^VARCHAR/,
    timeType: /^TIMESTAMP_(TZ|LTZ)/,
  });
  if (found === undefined) {
    return undefined;
  }
  const [key, arrival] = [quote(found.key), quote(found.arrival)];
  const moment = (micros: number): string => `${quoteText(`${clickhouseTime(micros)} +00:00`)}::TIMESTAMP_TZ(6)`;
  const { startMicros, endMicros } = context.interval;
  return {
    table: names.target,
    key,
    md5: `MD5(${key})`,
    inRange: `${arrival} >= ${moment(startMicros)} AND ${arrival} < ${moment(endMicros)}`,
    integerOf: (digits) => `TO_NUMBER(${digits}, 'XXXXXXXX')`,
    literal: quoteText,
    rows: async (sql) =>
      (await rows(scope, { sql, action: `look for rows in ${names.table}` })).map((row) =>
        Object.fromEntries(Object.entries(row).map(([name, value]) => [name.toLowerCase(), value])),
      ),
  };
}
