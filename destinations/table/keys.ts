import type { KeyDigest, SessionContext, TableKeys } from '../contract.ts';
import type { TypeRules } from './columns.ts';

/** Vendors limit the text of a statement; a key takes forty bytes of it. */
const KEYS_PER_STATEMENT = 1_000;
/** Hexadecimal digits of a hash that say a group of rows. Four groups are a bucket. */
const GROUP_DIGITS = 3;
const GROUPS_PER_BUCKET = 4;

/** The interval's rows in the table, in one vendor's SQL. All texts are expressions or conditions, ready to be used. */
export interface KeyTable {
  /** Qualified and quoted. */
  table: string;
  /** The key as the text that it was exported as. */
  key: string;
  /** The MD5 of the key in lower-case hexadecimal digits. */
  md5: string;
  /** Condition for the rows whose time of ingestion lies in the interval. */
  inRange: string;
  /** Condition that a look at the whole table must have besides; absent: none. */
  anywhere?: string;
  /** Turns eight hexadecimal digits into an integer. */
  integerOf(digits: string): string;
  /** A literal of one key. */
  literal(key: string): string;
  /** Values of the answer may be texts or numbers; names are in lower case. */
  rows(sql: string): Promise<Record<string, unknown>[]>;
  /** Absent: copies of a row cannot be told apart there, or not deleted in one transaction. Answers how many rows went. */
  removeCopies?(literals: readonly string[]): Promise<number>;
}

/**
 * Keys of a warehouse's table. Hashes are summed up in halves of 32 bits, since no two vendors have the same 64-bit
 * arithmetic. `open` looks at the table: undefined when it has no columns that the rows could be found by.
 */
export class WarehouseKeys implements TableKeys {
  readonly #open: () => Promise<KeyTable | undefined>;
  readonly removesOnRequest = true;
  readonly removeCopies?: (keys: readonly string[]) => Promise<number>;

  constructor(open: () => Promise<KeyTable | undefined>, { removes }: { removes: boolean }) {
    this.#open = open;
    if (removes) {
      this.removeCopies = (keys) => this.#removeCopies(keys);
    }
  }

  async digests(): Promise<KeyDigest[] | undefined> {
    const target = await this.#open();
    if (target === undefined) {
      return undefined;
    }
    const { table, md5, inRange, integerOf } = target;
    const found = await target.rows(
      `SELECT digits AS part, COUNT(*) AS n, SUM(${integerOf('high')}) AS h, SUM(${integerOf('low')}) AS l
        FROM (SELECT SUBSTR(${md5}, 1, ${String(GROUP_DIGITS)}) AS digits, SUBSTR(${md5}, 1, 8) AS high, SUBSTR(${md5}, 9, 8) AS low
          FROM ${table} WHERE ${inRange}) hashed GROUP BY digits`,
    );
    return inDigests(found);
  }

  async inBuckets(buckets: readonly number[]): Promise<{ key: string; copies: number }[]> {
    const target = await this.#open();
    if (target === undefined || buckets.length === 0) {
      return [];
    }
    const { table, key, md5, inRange } = target;
    const groups = buckets.flatMap(groupsOf).map((group) => `'${group}'`);
    const found = await target.rows(
      `SELECT ${key} AS k, COUNT(*) AS n FROM ${table}
        WHERE ${inRange} AND SUBSTR(${md5}, 1, ${String(GROUP_DIGITS)}) IN (${groups.join(', ')}) GROUP BY ${key}`,
    );
    return found.map((row) => ({ key: String(row['k']), copies: Number(row['n']) }));
  }

  async present(keys: readonly string[]): Promise<string[]> {
    const found: string[] = [];
    const target = keys.length === 0 ? undefined : await this.#open();
    if (target === undefined) {
      return [];
    }
    const { table, key, anywhere } = target;
    const where = anywhere === undefined ? '' : `${anywhere} AND `;
    for (const batch of batches(keys)) {
      const list = batch.map((each) => target.literal(each)).join(', ');
      const rows = await target.rows(`SELECT DISTINCT ${key} AS k FROM ${table} WHERE ${where}${key} IN (${list})`);
      found.push(...rows.map((row) => String(row['k'])));
    }
    return found;
  }

  async #removeCopies(keys: readonly string[]): Promise<number> {
    const target = await this.#open();
    let removed = 0;
    for (const batch of batches(keys)) {
      removed += (await target?.removeCopies?.(batch.map((each) => target.literal(each)))) ?? 0;
    }
    return removed;
  }
}

function inDigests(rows: readonly Record<string, unknown>[]): KeyDigest[] {
  const digests = new Map<number, KeyDigest>();
  for (const { part, n, h, l } of rows) {
    const bucket = Math.floor(Number.parseInt(String(part), 16) / GROUPS_PER_BUCKET);
    const before = digests.get(bucket) ?? { bucket, rows: 0, hash: 0n };
    const hash = (BigInt(String(h)) << 32n) + BigInt(String(l));
    digests.set(bucket, { bucket, rows: before.rows + Number(n), hash: BigInt.asUintN(64, before.hash + hash) });
  }
  return [...digests.values()];
}

function groupsOf(bucket: number): string[] {
  return Array.from({ length: GROUPS_PER_BUCKET }, (_, index) =>
    (bucket * GROUPS_PER_BUCKET + index).toString(16).padStart(GROUP_DIGITS, '0'),
  );
}

function batches(keys: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(keys.length / KEYS_PER_STATEMENT) }, (_, index) =>
    keys.slice(index * KEYS_PER_STATEMENT, (index + 1) * KEYS_PER_STATEMENT),
  );
}

/** Names of the columns that hold key and time of ingestion; undefined: they are not there, or of types that do not hold them. */
export function keyColumns(
  { key, arrivalColumn }: Pick<SessionContext, 'key' | 'arrivalColumn'>,
  existing: readonly { name: string; type: string }[] | undefined,
  { sameName, keyType, timeType }: { sameName: TypeRules['sameName']; keyType: RegExp; timeType: RegExp },
): { key: string; arrival: string; keyType: string } | undefined {
  const find = (source: string | undefined, type: RegExp): { name: string; type: string } | undefined =>
    existing?.find((column) => sameName(column.name, source ?? '') && type.test(column.type));
  const [found, arrival] = [find(key[0], keyType), find(arrivalColumn, timeType)];
  return found && arrival && { key: found.name, arrival: arrival.name, keyType: found.type };
}

/** Whether rows can be found by one key and by when they were ingested. */
export function isKeyed({ key, arrivalColumn }: Pick<SessionContext, 'key' | 'arrivalColumn'>): boolean {
  return key.length === 1 && arrivalColumn !== undefined;
}
