import type { SessionContext } from '../contract.ts';
import { judgeLedger, LEDGER_TABLE, type LedgerRow, type LedgerVerdict } from '../table/ledger.ts';
import { qualified, type TablePlace } from './table.ts';

/** A claim (not committed) or a commit of one generation. Rows are only added. */
export interface LedgerEntry extends LedgerRow {
  bytes: number;
  files: number;
}

/**
 * The ledger of one interval. ClickHouse has neither locks nor transactions: it is no lock here but a record that is
 * read after every step which could have been overtaken (see commit.ts).
 */
export class Ledger {
  readonly #place: TablePlace;
  readonly #table: string;
  readonly #context: SessionContext;

  constructor(place: TablePlace, table: string, context: SessionContext) {
    this.#place = place;
    this.#table = table;
    this.#context = context;
  }

  /** The same ledger under another signal. */
  on(place: TablePlace): Ledger {
    return new Ledger(place, this.#table, this.#context);
  }

  async create(): Promise<void> {
    const sql = `CREATE TABLE IF NOT EXISTS ${qualified(this.#place, LEDGER_TABLE)} (
      target_table String, export_id String, interval_start DateTime64(6, 'UTC'), interval_end DateTime64(6, 'UTC'),
      generation UInt32, run_id String, committed Bool, rows UInt64, bytes UInt64, files UInt32,
      recorded_at DateTime64(6, 'UTC') DEFAULT now64(6)
    ) ENGINE = MergeTree ORDER BY (target_table, export_id, interval_start, interval_end, generation)`;
    await this.#place.client.run({ sql, signal: this.#place.signal });
  }

  /** Newest generation first, a commit before its claims. */
  async entries(): Promise<LedgerEntry[]> {
    return await this.#place.client.rows<LedgerEntry>({
      sql: `SELECT generation, run_id AS runId, committed, rows, bytes, files FROM ${qualified(this.#place, LEDGER_TABLE)}
        WHERE target_table = {table:String} AND export_id = {exportId:String}
          AND interval_start = fromUnixTimestamp64Micro({start:Int64}) AND interval_end = fromUnixTimestamp64Micro({end:Int64})
        ORDER BY generation DESC, committed DESC, recorded_at, run_id`,
      params: this.#identity(),
      signal: this.#place.signal,
    });
  }

  /** Throws run_superseded or destination_generation_taken. */
  async judge(): Promise<LedgerVerdict> {
    const [newest] = await this.entries();
    return judgeLedger(newest, this.#context);
  }

  /** Says that this generation begins to commit: older ones must stop. */
  async claim(): Promise<void> {
    const { generation, runId } = this.#context;
    await this.write({ generation, runId, committed: false, rows: 0, bytes: 0, files: 0 });
  }

  async write({ generation, runId, committed, rows, bytes, files }: LedgerEntry): Promise<void> {
    await this.#place.client.run({
      sql: `INSERT INTO ${qualified(this.#place, LEDGER_TABLE)}
          (target_table, export_id, interval_start, interval_end, generation, run_id, committed, rows, bytes, files)
        SELECT {table:String}, {exportId:String}, fromUnixTimestamp64Micro({start:Int64}),
          fromUnixTimestamp64Micro({end:Int64}), {generation:UInt32}, {runId:String}, {committed:UInt8} = 1,
          {rows:UInt64}, {bytes:UInt64}, {files:UInt32}`,
      params: { ...this.#identity(), generation, runId, committed: Number(committed), rows, bytes, files },
      signal: this.#place.signal,
    });
  }

  #identity(): Record<'table' | 'exportId' | 'start' | 'end', string | number> {
    const { exportId, interval } = this.#context;
    return { table: this.#table, exportId, start: interval.startMicros, end: interval.endMicros };
  }
}
