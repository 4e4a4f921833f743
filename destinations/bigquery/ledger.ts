import type { SessionContext } from '../contract.ts';
import { judgeLedger, type LedgerRow, type LedgerVerdict } from '../table/ledger.ts';
import type { BigQueryApi } from './api.ts';
import { runNumbered } from './jobs.ts';
import type { Names } from './names.ts';
import { type ParameterValue, qualified, runQuery, startQuery } from './sql.ts';
import { createTable, findTable } from './table.ts';

export interface LedgerEntry extends LedgerRow {
  bytes: number;
  files: number;
  /** Changes with each commit: who has read it can tell whether the row is still as it was. */
  attempt: string;
}

const FIELDS = [
  { name: 'export_id', type: 'STRING' },
  { name: 'interval_start', type: 'TIMESTAMP' },
  { name: 'interval_end', type: 'TIMESTAMP' },
  { name: 'generation', type: 'INTEGER' },
  { name: 'run_id', type: 'STRING' },
  { name: 'committed', type: 'BOOLEAN' },
  { name: 'row_count', type: 'INTEGER' },
  { name: 'byte_count', type: 'INTEGER' },
  { name: 'file_count', type: 'INTEGER' },
  { name: 'attempt', type: 'STRING' },
].map((field) => ({ ...field, mode: 'REQUIRED' }));

/** Selects the interval's row, with the parameters of `params`. */
export const INTERVAL =
  'export_id = @export AND interval_start = TIMESTAMP_MICROS(@start) AND interval_end = TIMESTAMP_MICROS(@end)';

/** The interval's row in the ledger of its export. */
export class Ledger {
  readonly #api: BigQueryApi;
  readonly #names: Names;
  readonly #context: SessionContext;
  readonly #labels: Record<string, string>;

  constructor(api: BigQueryApi, names: Names, context: SessionContext, labels: Record<string, string>) {
    this.#api = api;
    this.#names = names;
    this.#context = context;
    this.#labels = labels;
  }

  get table(): string {
    return qualified(this.#api, this.#names.ledger);
  }

  get params(): Record<string, ParameterValue> {
    const { exportId, interval } = this.#context;
    return { export: exportId, start: interval.startMicros, end: interval.endMicros };
  }

  async create(): Promise<void> {
    if ((await findTable(this.#api, this.#names.ledger, this.#context.signal)) === undefined) {
      const description = 'What Sluice has committed. Without it intervals would be loaded twice.';
      const resource = { schema: { fields: FIELDS }, description };
      await createTable(this.#api, this.#names.ledger, resource, this.#context.signal);
    }
  }

  /** Throws run_superseded or destination_generation_taken. */
  judge(entry: LedgerEntry | undefined): LedgerVerdict {
    const { generation, runId } = this.#context;
    return judgeLedger(entry, { generation, runId });
  }

  async find(signal = this.#context.signal): Promise<LedgerEntry | undefined> {
    const sql = `SELECT generation, run_id, committed, row_count, byte_count, file_count, attempt
      FROM ${this.table} WHERE ${INTERVAL} ORDER BY committed DESC, generation DESC LIMIT 1`;
    const job = { jobId: this.#names.freeJob(), labels: this.#labels, action: 'read the ledger' };
    const [row] = await runQuery(this.#api, { sql, params: this.params }, job, signal);
    return row && entryOf(row);
  }

  /** The row, which is made by a job of which there is only one: an INSERT alone is no lock. */
  async ensure(signal: AbortSignal): Promise<LedgerEntry> {
    const sql = `INSERT INTO ${this.table}
      (export_id, interval_start, interval_end, generation, run_id, committed, row_count, byte_count, file_count, attempt)
      SELECT @export, TIMESTAMP_MICROS(@start), TIMESTAMP_MICROS(@end), -1, '', FALSE, 0, 0, 0, ''
      FROM (SELECT 1) WHERE NOT EXISTS (SELECT 1 FROM ${this.table} WHERE ${INTERVAL})`;
    const labels = this.#labels;
    return (
      (await this.find(signal)) ??
      (await runNumbered(
        this.#api,
        {
          base: this.#names.ledgerJob,
          start: (jobId) => startQuery(this.#api, { sql, params: this.params }, { jobId, labels }, signal),
          adopt: () => this.find(signal),
          action: 'write the ledger',
        },
        signal,
      ))
    );
  }
}

function entryOf(row: Record<string, string | null>): LedgerEntry {
  return {
    generation: Number(row['generation']),
    runId: row['run_id'] ?? '',
    committed: row['committed'] === 'true',
    rows: Number(row['row_count']),
    bytes: Number(row['byte_count']),
    files: Number(row['file_count']),
    attempt: row['attempt'] ?? '',
  };
}
