import { clickhouseTime, type Micros } from '../core/time.ts';

/** A constant DateTime64(6, 'UTC') that the primary key can be pruned with. */
export function microsSql(micros: Micros): string {
  if (!Number.isSafeInteger(micros)) {
    throw new TypeError(`not a time in whole microseconds: ${String(micros)}`);
  }
  return `fromUnixTimestamp64Micro(${String(micros)}, 'UTC')`;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The uuid as a SQL string; anything else throws, since it would become part of a statement. */
export function quoteUuid(uuid: string): string {
  if (!UUID.test(uuid)) {
    throw new TypeError(`not a lower-case UUID: ${JSON.stringify(uuid)}`);
  }
  return `'${uuid}'`;
}

/** Elements for `(inserted_at, uuid) IN (...)`, as literals: thousands of function calls would take seconds to parse. */
export function keyTuples(keys: readonly { insertedAtMicros: Micros; uuid: string }[]): string {
  return keys.map((key) => `('${clickhouseTime(key.insertedAtMicros)}',${quoteUuid(key.uuid)})`).join(',');
}

/** A column's name as an identifier. */
export function quoteName(name: string): string {
  return `\`${name.replaceAll(/[`\\]/g, '\\$&')}\``;
}

/** Text of ours as a SQL string; what users give is bound instead. */
export function sqlText(text: string): string {
  return `'${text.replaceAll(/['\\]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t')}'`;
}
