import { randomUUID } from 'node:crypto';
import { utcDay } from '../../core/quotas.ts';
import type { ClickHouse } from '../client.ts';
import { quoteUuid } from '../sql.ts';
import { lookAtDays, validBuilds, type DayBuild } from './added-days.ts';
import { FIGURES, figureColumns, STEP_FIGURES, STEP_SECONDS, type Figure } from './figures.ts';

/** Beside live work. In order of the table's key there is one webhook's events in memory at a time. */
const SETTINGS = { max_threads: 1, max_execution_time: 300, optimize_aggregation_in_order: 1 } as const;
const TABLES = ['webhook_days', 'webhook_steps'] as const;
/** Of a day. Webhooks with fewer are read from the log, which is as quick. */
const MIN_ROWS = 1_000;
const NOBODY = { teamId: 0, destinationId: '00000000-0000-0000-0000-000000000000' };

/**
 * Adds up the attempts of each UTC day that is over and that the log says something else of than what was added up, and
 * forgets what was added up of days that the log has forgotten. What has changed is merged to one part for each month, for
 * the readers' sake. Idempotent, also beside itself; a day takes seconds. Answers how many days it added up.
 */
export async function addUpDays(
  ch: ClickHouse,
  { now, minRows = MIN_ROWS }: { now: Date; minRows?: number },
): Promise<number> {
  const { builds, logged } = await lookAtDays(ch, NOBODY);
  const stepped = builds.filter((build) => build.stepped);
  const valid = validBuilds(stepped, logged);
  const open = [...logged.keys()].filter((day) => day < utcDay(now) && !valid.has(day)).sort();
  const known = [...valid.values()].map(({ build }) => build);
  for (const day of open) {
    known.push(await addUp(ch, { day, minRows, known }));
  }
  const gone = superseded(builds, valid, logged);
  await forget(ch, gone);
  if (open.length > 0 || gone.length > 0) {
    for (const table of TABLES) {
      await ch.command({ sql: `OPTIMIZE TABLE ${table} FINAL`, settings: { optimize_skip_merged_partitions: 1 } });
    }
    // Of the release before: the log has what its processes ask for.
    await ch.command({ sql: 'ALTER TABLE delivery_days DROP PARTITION ALL' });
  }
  return open.length;
}

/** A mutation of before is waited for: while the disk is full they would pile up. */
async function forget(ch: ClickHouse, builds: readonly DayBuild[]): Promise<void> {
  if (builds.length === 0) {
    return;
  }
  const open = await ch.rows({
    sql: `SELECT 1 FROM system.mutations WHERE database = currentDatabase() AND table IN {tables:Array(String)}
        AND NOT is_done LIMIT 1`,
    params: { tables: TABLES },
  });
  if (open.length === 0) {
    const ids = builds.map(({ build }) => quoteUuid(build)).join(', ');
    // Steps first: whatever is left is known by its day.
    for (const table of TABLES.toReversed()) {
      await ch.command({
        sql: `ALTER TABLE ${table} DELETE WHERE build IN (${ids})`,
        settings: { mutations_sync: '1' },
      });
    }
  }
}

/**
 * All but one build of each day, the one that holds where there is one: a build that no longer does goes a look after it
 * has been replaced, when nobody reads it any more.
 */
export function superseded(
  builds: readonly DayBuild[],
  valid: ReadonlyMap<string, DayBuild>,
  logged: ReadonlyMap<string, number>,
): DayBuild[] {
  const kept = new Map<string, DayBuild>();
  for (const build of builds) {
    if (logged.has(build.day) && !kept.has(build.day)) {
      kept.set(build.day, valid.get(build.day) ?? build);
    }
  }
  return builds.filter((build) => kept.get(build.day) !== build);
}

interface Added {
  day: string;
  minRows: number;
  /** Builds of other days, to compare it with. */
  known: readonly string[];
}

/** Its last statement makes the build complete; rows that are logged meanwhile leave it without effect. */
async function addUp(ch: ClickHouse, { day, minRows, known }: Added): Promise<string> {
  const build = randomUUID();
  const params = { day, build, min: minRows, known: [...known] };
  const write = (sql: string): Promise<void> => ch.command({ sql, params, settings: SETTINGS });
  await write(FIGURES_OF_DAY);
  await write(STEPS_OF_DAY);
  if (known.length > 0) {
    await write(REPEATED);
  }
  await write(REST_OF_DAY);
  return build;
}

const FIGURE_NAMES = Object.keys(FIGURES) as Figure[];
const FIGURES_OF_DAY = `
  INSERT INTO webhook_days (day, build, team_id, destination_id, log_rows, ${FIGURE_NAMES.join(', ')})
  SELECT {day:Date}, {build:UUID}, team_id, destination_id, count(), ${figureColumns(FIGURE_NAMES)}
  FROM delivery_attempts WHERE toDate(attempted_at) = {day:Date}
  GROUP BY destination_id, team_id HAVING count() >= {min:UInt32}`;
const STEPS_OF_DAY = `
  INSERT INTO webhook_steps (begins, build, team_id, destination_id, ${STEP_FIGURES.join(', ')})
  SELECT toDateTime(intDiv(toUnixTimestamp(attempted_at), ${String(STEP_SECONDS)}) * ${String(STEP_SECONDS)}, 'UTC') AS step,
    {build:UUID}, team_id, destination_id, ${figureColumns(STEP_FIGURES)}
  FROM delivery_attempts WHERE toDate(attempted_at) = {day:Date}
    AND (team_id, destination_id) IN (SELECT team_id, destination_id FROM webhook_days WHERE build = {build:UUID})
  GROUP BY destination_id, team_id, step`;
const REPEATED = `
  INSERT INTO webhook_days (day, build, team_id, destination_id, repeated)
  SELECT {day:Date}, {build:UUID}, team_id, destination_id, groupUniqArray(event) FROM (
    SELECT team_id, destination_id, arrayJoin(delivered_events) AS event FROM webhook_days
    WHERE build IN {known:Array(UUID)})
  WHERE event IN (SELECT arrayJoin(delivered_events) FROM webhook_days WHERE build = {build:UUID})
  GROUP BY destination_id, team_id`;
const REST_OF_DAY = `
  INSERT INTO webhook_days (day, build, log_rows, compared, stepped)
  SELECT {day:Date}, {build:UUID}, sum(found), {known:Array(UUID)}, 1 FROM (
    SELECT count() AS found FROM delivery_attempts WHERE toDate(attempted_at) = {day:Date}
    GROUP BY destination_id, team_id HAVING found < {min:UInt32})`;
