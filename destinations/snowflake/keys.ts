import { clickhouseTime } from '../../core/time.ts';
import { orderOf } from '../table/copies.ts';
import { isKeyed, keyColumns, WarehouseKeys, type KeyTable } from '../table/keys.ts';
import { quote, quoteText, sameColumn } from './identifiers.ts';
import { removeCopies } from './remove-copies.ts';
import { rows, type Scope } from './scope.ts';
import { columnsOf } from './table.ts';

export function snowflakeKeys(scope: Scope): WarehouseKeys | undefined {
  return isKeyed(scope.context) ? new WarehouseKeys(() => openTable(scope), { removes: true }) : undefined;
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
    removeCopies: (literals) =>
      removeCopies(scope, {
        ...{ table: names.target, key, order: orderOf(context, arrival), literals },
        columns: (existing ?? []).map(({ name }) => quote(name)),
      }),
    rows: async (sql) =>
      (await rows(scope, { sql, action: `look for rows in ${names.table}` })).map((row) =>
        Object.fromEntries(Object.entries(row).map(([name, value]) => [name.toLowerCase(), value])),
      ),
  };
}
