import { clickhouseTime } from '../../core/time.ts';
import { orderOf } from '../table/copies.ts';
import { isKeyed, keyColumns, WarehouseKeys, type KeyTable } from '../table/keys.ts';
import { removeCopies } from './remove-copies.ts';
import { work, type Scope } from './scope.ts';
import { quote, quoteText, sameIdentifier } from './sql.ts';
import { describeTable } from './table.ts';

export function redshiftKeys(scope: Scope): WarehouseKeys | undefined {
  return isKeyed(scope.context) ? new WarehouseKeys(() => openTable(scope), { removes: true }) : undefined;
}

async function openTable(scope: Scope): Promise<KeyTable | undefined> {
  const { api, config, context, names } = scope;
  const existing = await describeTable(api, config, context.signal);
  const found = keyColumns(context, existing, {
    sameName: sameIdentifier,
    keyType: /^character varying/,
    timeType: /^timestamp with time zone$/,
  });
  if (found === undefined) {
    return undefined;
  }
  const [key, arrival] = [quote(found.key), quote(found.arrival)];
  const moment = (micros: number): string => `CAST(${quoteText(`${clickhouseTime(micros)}+00`)} AS TIMESTAMPTZ)`;
  const { startMicros, endMicros } = context.interval;
  return {
    table: names.target,
    key,
    md5: `MD5(${key})`,
    inRange: `${arrival} >= ${moment(startMicros)} AND ${arrival} < ${moment(endMicros)}`,
    integerOf: (digits) => `STRTOL(${digits}, 16)`,
    literal: quoteText,
    removeCopies: (literals) =>
      removeCopies(scope, {
        ...{ table: names.target, key, order: orderOf(context, arrival), literals },
        columns: (existing ?? []).map(({ name }) => quote(name)),
      }),
    rows: (sql) => api.rows(sql, work(scope, `look for rows in ${names.table}`)),
  };
}
