import { clickhouseTime } from '../../core/time.ts';
import { isKeyed, keyColumns, WarehouseKeys, type KeyTable } from '../table/keys.ts';
import { work, type Scope } from './scope.ts';
import { quote, quoteText, sameIdentifier } from './sql.ts';
import { describeTable } from './table.ts';

/** Copies are only found. */
export function redshiftKeys(scope: Scope): WarehouseKeys | undefined {
  return isKeyed(scope.context) ? new WarehouseKeys(() => openTable(scope), { removes: false }) : undefined;
}

async function openTable(scope: Scope): Promise<KeyTable | undefined> {
  const { api, config, context, names } = scope;
  const found = keyColumns(context, await describeTable(api, config, context.signal), {
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
    rows: (sql) => api.rows(sql, work(scope, `look for rows in ${names.table}`)),
  };
}
