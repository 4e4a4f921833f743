import { Attempts } from './attempts.ts';
import { compareRows, type Difference } from './read-back.ts';
import type { Random } from './random.ts';
import { expireLease, forget, isCommitted, RunDriver, sweep, type RunOptions } from './run.ts';
import type { Target, TargetName } from './targets.ts';
import { Workload, type Minute } from './workload.ts';
import { rowBytesOf, startWorld, type World } from './world.ts';

/** Intervals of one export at the same time. */
const LANES = 3;
/** More executions than this for one interval: something keeps it from ever being exported. */
const MAX_EXECUTIONS = 25;
/** The first interval of each destination, and one of so many: also a short run has some. */
const FORGOTTEN_EVERY = 5;
/** Long ago, so that every interval has settled, and within what duplicates are remembered for. */
const BEGIN_HOURS_AGO = 30;
const HOUR_MICROS = 3_600_000_000;
const MINUTE_MICROS = 60_000_000;

export interface TargetReport extends Difference {
  intervals: number;
  rows: number;
  strayFiles: number;
}

type CampaignReport = TargetReport & { forgotten: number };

export interface PointsReport {
  crashes: number;
  byMode: Record<string, number>;
  /** Different points that were passed, and those of them at which an attempt has crashed. */
  points: number;
  pointsCrashed: number;
  intervals: number;
  rows: number;
  /** Intervals that were exported once more because the database had lost every record of them. */
  forgotten: number;
  /** Executions that did not complete, by the code of their failure; another one has exported the interval. */
  unfinished: Record<string, number>;
  destinations: Partial<Record<TargetName, TargetReport>>;
}

export interface PointsOptions {
  random: Random;
  /** No new intervals after this time. */
  untilMs: number;
  targets: readonly TargetName[];
  /** Ends sooner, when there have been so many. */
  maxCrashes: number;
  onProgress(line: string): void;
}

/** Crashes in this process, at every step of exporting, until the time is over; then counts what arrived. */
export async function crashAtPoints(options: PointsOptions): Promise<PointsReport> {
  const world = await startWorld(options.targets);
  const attempts = new Attempts();
  const unfinished: Record<string, number> = {};
  try {
    const reports = await Promise.all(
      world.targets.map(async (target) => {
        const campaign = new Campaign(world, target, attempts, unfinished, options);
        return [target.name, await campaign.run()] as const;
      }),
    );
    return summary(attempts, unfinished, reports);
  } finally {
    await world.stop();
  }
}

function summary(
  attempts: Attempts,
  unfinished: Record<string, number>,
  reports: readonly (readonly [TargetName, CampaignReport])[],
): PointsReport {
  const sum = (of: 'intervals' | 'rows' | 'forgotten'): number =>
    reports.reduce((total, [, report]) => total + report[of], 0);
  const points = [...attempts.points.values()];
  return {
    crashes: crashCount(attempts),
    byMode: attempts.crashes,
    points: points.length,
    pointsCrashed: points.filter(({ crashed }) => crashed > 0).length,
    intervals: sum('intervals'),
    rows: sum('rows'),
    forgotten: sum('forgotten'),
    unfinished,
    destinations: Object.fromEntries(reports.map(([name, { forgotten: _, ...report }]) => [name, report])),
  };
}

function crashCount({ crashes }: Attempts): number {
  return crashes.die + crashes.freeze + crashes.break;
}

/** One export and its intervals. */
class Campaign {
  readonly #world: World;
  readonly #target: Target;
  readonly #attempts: Attempts;
  readonly #unfinished: Record<string, number>;
  readonly #options: PointsOptions;
  readonly #random: Random;
  /** What has happened to each minute. */
  readonly #stories = new Map<number, string[]>();
  #intervals = 0;
  #forgotten = 0;

  constructor(
    world: World,
    target: Target,
    attempts: Attempts,
    unfinished: Record<string, number>,
    options: PointsOptions,
  ) {
    this.#world = world;
    this.#target = target;
    this.#attempts = attempts;
    this.#unfinished = unfinished;
    this.#options = options;
    this.#random = options.random.of(target.name);
  }

  async run(): Promise<CampaignReport> {
    const { exportId, teamId } = await this.#world.newExport(this.#target);
    const hour = Math.floor((Date.now() * 1_000) / HOUR_MICROS) - BEGIN_HOURS_AGO;
    const workload = new Workload(this.#world.clickhouse, {
      teamId,
      firstEndMicros: hour * HOUR_MICROS + MINUTE_MICROS,
      rowBytes: rowBytesOf(this.#target),
    });
    const lanes = this.#target.name === 's3-parts' ? 1 : LANES;
    await Promise.all(Array.from({ length: lanes }, () => this.#lane(workload, exportId)));
    await this.#attempts.settled();
    const { rows, strayFiles } = await this.#target.read();
    const difference = compareRows(workload.expected, rows);
    this.#options.onProgress(
      `${this.#target.name}: ${String(this.#intervals)} intervals, ${String(workload.rows)} rows, ${String(difference.lost)} lost, ${String(difference.duplicated)} duplicated`,
    );
    this.#tellStories(workload, difference);
    const [intervals, forgotten] = [this.#intervals, this.#forgotten];
    return { intervals, forgotten, rows: workload.rows, strayFiles, ...difference };
  }

  #tellStories(workload: Workload, { examples }: Difference): void {
    for (const example of examples) {
      const minute = workload.minuteOf(Date.parse(example.slice(example.lastIndexOf(' ') + 1)) * 1_000);
      const story = this.#stories.get(minute.index) ?? [];
      this.#options.onProgress([`${this.#target.name}: ${example}`, ...story].join('\n    '));
    }
  }

  async #lane(workload: Workload, exportId: string): Promise<void> {
    const { untilMs, maxCrashes } = this.#options;
    while (performance.now() < untilMs && crashCount(this.#attempts) < maxCrashes && !this.#attempts.calm) {
      const minute = await this.#nextMinute(workload);
      await this.#exportMinute(workload, exportId, minute);
    }
    this.#attempts.calm = true;
  }

  #filling: Promise<unknown> = Promise.resolve();

  /** One after another: a minute repeats events of the one before. */
  async #nextMinute(workload: Workload): Promise<Minute> {
    const minute = workload.minute(this.#intervals);
    this.#intervals += 1;
    const random = this.#random.of('fill', minute.index);
    const filled = this.#filling.then(() => workload.fill(minute, random, random.below(7)));
    this.#filling = filled;
    await filled;
    return minute;
  }

  async #exportMinute(workload: Workload, exportId: string, minute: Minute): Promise<void> {
    const random = this.#random.of('minute', minute.index);
    const story: string[] = [];
    this.#stories.set(minute.index, story);
    const tell = (line: string): void => void story.push(`${String(Math.round(performance.now()))} ${line}`);
    const base = { world: this.#world, workload, attempts: this.#attempts, exportId, minute, tell };
    await this.#untilExported({ ...base, random: random.of('first'), force: false, lateRows: true });
    if (minute.index % FORGOTTEN_EVERY === 0) {
      tell('the database is restored from a time before it');
      this.#forgotten += 1;
      await forget(base);
      await this.#untilExported({ ...base, random: random.of('restored'), force: false, lateRows: true });
    }
    if (random.chance(0.2)) {
      // Later than any count: only a repetition of the interval can find these.
      await workload.late(minute, random, 1 + random.below(2));
      tell('late rows, and the interval again');
      await this.#untilExported({ ...base, random: random.of('again'), force: true, lateRows: true });
    }
  }

  /** As a schedule, an operator and the sweeper would do it together: executions until one has completed. */
  async #untilExported(options: RunOptions): Promise<void> {
    for (let execution = 1; execution <= MAX_EXECUTIONS; execution += 1) {
      const random = options.random.of('execution', execution);
      const rivals = random.chance(0.15);
      // Of two, the one that completes may have counted before the other's late rows came: nobody could find those.
      const alone = { ...options, lateRows: options.lateRows && !rivals, random: random.of('a') };
      const rival = { ...options, lateRows: false, random: random.of('b') };
      options.tell(`execution ${String(execution)}${rivals ? ' and a rival' : ''}`);
      const outcomes = await Promise.all([this.#execute(alone), ...(rivals ? [this.#rival(rival)] : [])]);
      options.tell(outcomes.join(', '));
      if (random.chance(0.5)) {
        await sweep(options);
      }
      if (outcomes.includes('completed')) {
        return sweep(options);
      }
      if (!options.force && (await isCommitted(options))) {
        await sweep(options);
        // Nobody has counted since the commit: rows that came then are found by looking at the interval again.
        return this.#untilExported({ ...options, force: true, lateRows: false, random: random.of('uncounted') });
      }
    }
    throw new Error(`the minute ${String(options.minute.index)} of ${this.#target.name} is never exported`);
  }

  /** Another execution of the same interval, which takes over a lease that ran out while its holder stood still. */
  async #rival(options: RunOptions): Promise<string> {
    await new Promise((resolve) => setTimeout(resolve, options.random.below(300)));
    await expireLease(options);
    return this.#execute(options);
  }

  async #execute(options: RunOptions): Promise<string> {
    const outcome = await new RunDriver(options).run();
    if (outcome.status === 'terminated') {
      await expireLease(options);
    }
    if (outcome.status !== 'completed') {
      const label = outcome.status === 'failed' ? outcome.code : outcome.status;
      this.#unfinished[label] = (this.#unfinished[label] ?? 0) + 1;
    }
    return outcome.status;
  }
}
