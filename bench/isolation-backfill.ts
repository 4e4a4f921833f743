import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { microsOf } from '../core/time.ts';
import type { ApiCall } from '../dev/api-client.ts';
import type { Service } from '../dev/service.ts';
import type { Bench } from './bench-system.ts';
import { fillEvents } from './events.ts';
import { pastHour } from './past-hour.ts';
import type { Result } from './report.ts';

interface View {
  id: string;
  status: string;
  progress: { intervals: number; completed: number; failed: number; running: number; rows: number };
  throttle: { level: number; reason: string | null } | null;
}

interface Options {
  rows: number;
  onProgress: (line: string) => void;
}

const QUARTER_MS = 15 * 60_000;
const INTERVAL = '15m';
const INTERVALS = 80;
const PARALLEL = 2;
const LOOK_EVERY_MS = 1_000;
/** A backfill slower than this has stopped. */
const MIN_ROWS_PER_SECOND = 1_000;
const MARGIN_MS = 600_000;

/** A backfill whose worker, a process of its own, is killed once its first interval is exported. */
export class BenchBackfill {
  readonly #bench: Bench;
  readonly #api: ApiCall;
  readonly #options: Options;
  readonly #exportId: string;
  readonly #range: { from: Date; to: Date };
  #id = '';
  #worker: Service | undefined;
  #watching: Promise<View> | undefined;
  #killed = false;
  #looks = 0;
  #throttled = 0;
  #lowest = 1;
  #reason: string | undefined;
  #activeMs = 0;

  private constructor(
    bench: Bench,
    api: ApiCall,
    options: Options & { exportId: string; range: { from: Date; to: Date } },
  ) {
    this.#bench = bench;
    this.#api = api;
    this.#options = options;
    this.#exportId = options.exportId;
    this.#range = options.range;
  }

  /** Makes the past, and an export of it; nothing runs yet. */
  static async prepare(bench: Bench, api: ApiCall, options: Options): Promise<BenchBackfill> {
    const { rows, onProgress } = options;
    const { end: to } = pastHour();
    const from = new Date(to.getTime() - INTERVALS * QUARTER_MS);
    onProgress(`making ${String(rows)} events`);
    const range = { startMicros: microsOf(from), endMicros: microsOf(to) };
    await fillEvents(bench.clickhouse, { teamId: bench.system.access.teamId, rows, range });
    const config = { directory: join(bench.dataDir, 'past') };
    const destination = await api<{ id: string }>('POST', '/destinations', { kind: 'file', name: 'past', config });
    const body = { name: 'past', destination_id: destination.id, interval: INTERVAL, paused: true };
    const { id: exportId } = await api<{ id: string }>('POST', '/exports', body);
    return new BenchBackfill(bench, api, { ...options, exportId, range: { from, to } });
  }

  async begin(): Promise<void> {
    await this.#startWorker('backfills-1');
    const wanted = { ...this.#range, order: 'oldest', parallel: PARALLEL };
    this.#id = (await this.#api<View>('POST', `/exports/${this.#exportId}/backfills`, wanted)).id;
    this.#watching = this.#watch();
    this.#watching.catch(() => undefined);
  }

  /** Returns when nothing of it is under way. */
  async pause(): Promise<void> {
    if ((await this.#read()).status === 'running') {
      await this.#api('POST', `/backfills/${this.#id}/pause`);
    }
    const { progress } = (await this.#watching) ?? (await this.#read());
    this.#options.onProgress(`the backfill has exported ${String(progress.rows)} rows so far`);
  }

  /** Goes on to the end; `ok`: its worker was killed, and every row was exported, once. */
  async finish(): Promise<{ ok: boolean; result: Result }> {
    if ((await this.#read()).status === 'paused') {
      await this.#api('POST', `/backfills/${this.#id}/resume`);
    }
    const { status, progress } = await this.#watch();
    const { rows } = this.#options;
    const exported = [progress.rows, await this.#ledgerRows()];
    return {
      ok: this.#killed && status === 'completed' && exported.every((count) => count === rows),
      result: {
        case: 'the backfill itself, with a killed worker',
        ...{ value: (progress.rows / this.#activeMs) * 1_000, unit: 'rows/s', limit: null, ratio: null },
        ...{ rows: progress.rows, intervals: progress.completed, seconds: this.#activeMs / 1_000 },
        ...{ throttledShare: this.#throttled / Math.max(1, this.#looks), lowestLevel: this.#lowest },
        throttledBecause: this.#reason,
      },
    };
  }

  async #startWorker(name: string): Promise<void> {
    this.#worker = await this.#bench.system.startWorker(name, ['backfills']);
  }

  #read(): Promise<View> {
    return this.#api<View>('GET', `/backfills/${this.#id}`);
  }

  /** Looks until nothing more happens. */
  async #watch(): Promise<View> {
    const { rows } = this.#options;
    const startedMs = performance.now();
    const deadlineMs = startedMs + (rows / MIN_ROWS_PER_SECOND) * 1_000 + MARGIN_MS;
    for (;;) {
      await sleep(LOOK_EVERY_MS);
      const view = await this.#read();
      this.#note(view);
      if (!this.#killed && view.progress.completed > 0) {
        await this.#kill();
      }
      const { status, progress } = view;
      if (!['estimating', 'running'].includes(status) && progress.running === 0) {
        this.#activeMs += performance.now() - startedMs;
        return view;
      }
      if (performance.now() > deadlineMs) {
        throw new Error(`the backfill has exported ${String(progress.rows)} of ${String(rows)} rows`);
      }
    }
  }

  async #kill(): Promise<void> {
    this.#killed = true;
    process.kill(this.#worker?.pid ?? Number.NaN, 'SIGKILL');
    this.#options.onProgress('killed the worker of the backfill');
    await this.#startWorker('backfills-2');
  }

  #note({ throttle }: View): void {
    const level = throttle?.level ?? 1;
    this.#looks += 1;
    this.#throttled += level < 1 ? 1 : 0;
    this.#lowest = Math.min(this.#lowest, level);
    this.#reason ??= throttle?.reason ?? undefined;
  }

  async #ledgerRows(): Promise<number> {
    const [found] = await this.#bench.db.kysely
      .selectFrom('intervalLedger')
      .select(({ fn }) => fn.sum<number>('rows').as('rows'))
      .where('exportId', '=', this.#exportId)
      .execute();
    return Number(found?.rows);
  }
}
