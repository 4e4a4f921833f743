import type { ApiCall } from '../../dev/api-client.ts';
import { dateOfMicros } from '../../core/time.ts';
import type { TargetReport } from './points.ts';
import { PROXIES } from './proxied-system.ts';
import type { Random } from './random.ts';
import { compareRows } from './read-back.ts';
import { PARTS, startChaosSystem, type ChaosSystem } from './system.ts';
import type { Target } from './targets.ts';
import { Workload, type Minute } from './workload.ts';

const BEGIN_HOURS_AGO = 30;
const HOUR_MICROS = 3_600_000_000;
const MINUTE_MICROS = 60_000_000;
const LANES = 3;
const POLL_MS = 500;
/** Longest time from the last kill until everything is exported. */
const CALM_MS = 180_000;
const RESET_MS = 300;

export interface KillsReport {
  kills: number;
  byPart: Record<string, number>;
  resets: number;
  destinations: Record<string, TargetReport>;
}

export interface KillsOptions {
  random: Random;
  /** No new intervals, and no kills, after this time. */
  untilMs: number;
  /** Between two kills. */
  everyMs: number;
  /** Ends all before that time, after so many kills. */
  maxKills: number;
  onProgress(line: string): void;
}

/** Processes are killed and connections reset while minutes are exported; then counts what arrived. */
export async function killProcesses(options: KillsOptions): Promise<KillsReport> {
  const system = await startChaosSystem(options.onProgress);
  try {
    const report: KillsReport = { kills: 0, byPart: {}, resets: 0, destinations: {} };
    const exports = await Promise.all(system.targets.map((target) => Exporter.create(system, target, options)));
    const untilMs = Math.max(options.untilMs, performance.now() + options.everyMs * 4);
    const goesOn = (): boolean => performance.now() < untilMs && report.kills < options.maxKills;
    await Promise.all([strike(system, report, options, goesOn), ...exports.map((each) => each.run(goesOn))]);
    for (const each of exports) {
      report.destinations[`${each.name}-killed`] = await each.judge();
    }
    return report;
  } finally {
    await system.stop();
  }
}

async function strike(
  system: ChaosSystem,
  report: KillsReport,
  options: KillsOptions,
  goesOn: () => boolean,
): Promise<void> {
  const random = options.random.of('strikes');
  // In turn, so that a short run meets every part.
  let turn = random.below(PARTS.length);
  while (goesOn()) {
    await wait(options.everyMs * (0.5 + random.next()));
    const part = PARTS[(turn += 1) % PARTS.length] ?? 'worker';
    if (system.kill(part)) {
      report.kills += 1;
      report.byPart[part] = (report.byPart[part] ?? 0) + 1;
    }
    await system.proxies.reset(random.pick(PROXIES), RESET_MS);
    report.resets += 1;
  }
}

/** One export, whose past minutes are run one after another through the API. */
class Exporter {
  readonly name: string;
  readonly #target: Target;
  readonly #api: ApiCall;
  readonly #exportId: string;
  readonly #workload: Workload;
  readonly #options: KillsOptions;
  #intervals = 0;
  #filling: Promise<unknown> = Promise.resolve();

  private constructor(
    target: Target,
    of: { api: ApiCall; exportId: string; workload: Workload },
    options: KillsOptions,
  ) {
    this.name = target.name;
    this.#target = target;
    this.#api = of.api;
    this.#exportId = of.exportId;
    this.#workload = of.workload;
    this.#options = options;
  }

  static async create(system: ChaosSystem, target: Target, options: KillsOptions): Promise<Exporter> {
    const { api, exportId, teamId } = await system.newExport(target);
    const hour = Math.floor((Date.now() * 1_000) / HOUR_MICROS) - BEGIN_HOURS_AGO;
    const firstEndMicros = hour * HOUR_MICROS + MINUTE_MICROS;
    const workload = new Workload(system.clickhouse, { teamId, firstEndMicros, rowBytes: 0 });
    return new Exporter(target, { api, exportId, workload }, options);
  }

  async run(goesOn: () => boolean): Promise<void> {
    const lane = async (): Promise<void> => {
      while (goesOn()) {
        await this.#export(Math.max(performance.now(), this.#options.untilMs) + CALM_MS);
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  }

  async judge(): Promise<TargetReport> {
    const { rows, strayFiles } = await this.#target.read();
    const difference = compareRows(this.#workload.expected, rows);
    return { intervals: this.#intervals, rows: this.#workload.rows, strayFiles, ...difference };
  }

  /** A minute with rows that come before its run, during it, and after its end; the last need the interval once more. */
  async #export(untilMs: number): Promise<void> {
    const minute = this.#workload.minute(this.#intervals);
    this.#intervals += 1;
    const random = this.#options.random.of(this.name, minute.index);
    const rows = 50 + random.below(200);
    // In order, as a minute repeats events of the one before.
    const filled = this.#filling.then(() => this.#workload.fill(minute, random, rows));
    this.#filling = filled;
    await filled;
    await this.#complete(minute, { force: false, untilMs });
    if (random.chance(0.5)) {
      const again = this.#complete(minute, { force: true, untilMs });
      await this.#workload.late(minute, random, 1 + random.below(5));
      await again;
      await this.#complete(minute, { force: true, untilMs });
    }
  }

  /** Starts runs until one that began after now has completed: each may be killed with everything else. */
  async #complete(minute: Minute, { force, untilMs }: { force: boolean; untilMs: number }): Promise<void> {
    const before = await this.#runs(minute, untilMs);
    const known = new Set(before.map(({ id }) => id));
    while (performance.now() < untilMs) {
      const runs = (await this.#runs(minute, untilMs)).filter(({ id }) => !known.has(id));
      if (runs.some(({ status }) => status === 'completed')) {
        return;
      }
      if (runs.every(({ finished_at }) => finished_at !== null)) {
        const interval_end = dateOfMicros(minute.endMicros).toISOString();
        await this.#api('POST', `/exports/${this.#exportId}/run`, { interval_end, force }).catch(() => undefined);
      }
      await wait(POLL_MS);
    }
    throw new Error(`minute ${String(minute.index)} of ${this.name} is never exported`);
  }

  /** Once the server answers. */
  async #runs(minute: Minute, untilMs: number): Promise<{ id: string; status: string; finished_at: string | null }[]> {
    const end = dateOfMicros(minute.endMicros).toISOString();
    const page = await untilAnswered(
      () =>
        this.#api<{ items: { id: string; interval_end: string; status: string; finished_at: string | null }[] }>(
          'GET',
          `/exports/${this.#exportId}/runs?limit=100`,
        ),
      untilMs,
    );
    return page.items.filter((run) => Date.parse(run.interval_end) === Date.parse(end));
  }
}

/** Until it works: what it needs may be down. */
async function untilAnswered<T>(call: () => Promise<T>, untilMs: number): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (performance.now() > untilMs) {
        throw error;
      }
      await wait(POLL_MS);
    }
  }
}

async function wait(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
