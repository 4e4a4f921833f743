import type { ClickHouse } from '../../clickhouse/client.ts';
import { clickhouseTime, type Micros } from '../../core/time.ts';
import type { Random } from './random.ts';

const MINUTE_MICROS = 60_000_000;

export interface SourceRow {
  uuid: string;
  insertedAtMicros: Micros;
  /** Distinguishes the copies of one uuid. */
  distinctId: string;
}

/** A minute of ingestion time. */
export interface Minute {
  index: number;
  startMicros: Micros;
  endMicros: Micros;
}

export interface WorkloadOptions {
  teamId: number;
  /** End of the first minute. */
  firstEndMicros: Micros;
  rowBytes: number;
}

/**
 * The events of one team, minute by minute, and what an export of them must hold: of each uuid the row that was stamped
 * first. Kept here and not read from ClickHouse: the judge must not ask the accused.
 */
export class Workload {
  readonly teamId: number;
  readonly #clickhouse: ClickHouse;
  readonly #options: WorkloadOptions;
  readonly #first = new Map<string, SourceRow>();
  /** What each minute was filled with. */
  readonly #filled = new Map<number, SourceRow[]>();
  #rows = 0;

  constructor(clickhouse: ClickHouse, options: WorkloadOptions) {
    this.teamId = options.teamId;
    this.#clickhouse = clickhouse;
    this.#options = options;
  }

  get expected(): ReadonlyMap<string, SourceRow> {
    return this.#first;
  }

  /** Stored rows, copies included. */
  get rows(): number {
    return this.#rows;
  }

  minute(index: number): Minute {
    const endMicros = this.#options.firstEndMicros + index * MINUTE_MICROS;
    return { index, startMicros: endMicros - MINUTE_MICROS, endMicros };
  }

  minuteOf(micros: Micros): Minute {
    return this.minute(Math.floor((micros - this.#options.firstEndMicros) / MINUTE_MICROS) + 1);
  }

  /** The minute's events, with copies of their own and of the minute before. Minutes are filled in order. */
  async fill(minute: Minute, random: Random, rows: number): Promise<void> {
    const fresh = Array.from({ length: rows }, () => this.#fresh(minute, random));
    this.#filled.set(minute.index, fresh);
    await this.#store([...fresh, ...this.#copies(minute, random)]);
  }

  /** Rows of the minute that become visible only now: new ones, and copies of those that are there. */
  async late(minute: Minute, random: Random, rows: number): Promise<void> {
    const fresh = Array.from({ length: rows }, () => this.#fresh(minute, random));
    await this.#store([...fresh, ...this.#copies(minute, random)]);
  }

  #fresh(minute: Minute, random: Random): SourceRow {
    // Some share a microsecond with others, as rows of one INSERT do.
    const offset = random.chance(0.3) ? 30_000_000 : random.below(MINUTE_MICROS);
    return {
      uuid: random.uuid(),
      insertedAtMicros: minute.startMicros + offset,
      distinctId: `user-${String(random.below(1e9))}`,
    };
  }

  /** A copy is never stamped before the row that it repeats. */
  #copies(minute: Minute, random: Random): SourceRow[] {
    const known = [minute.index, minute.index - 1].flatMap((index) => this.#filled.get(index) ?? []);
    return known
      .filter(() => random.chance(0.2))
      .map((row) => {
        const from = Math.max(row.insertedAtMicros, minute.startMicros);
        const twin = random.chance(0.4) && row.insertedAtMicros >= minute.startMicros;
        const insertedAtMicros = twin ? row.insertedAtMicros : from + random.below(minute.endMicros - from);
        const sameTime = insertedAtMicros === row.insertedAtMicros;
        return { ...row, insertedAtMicros, distinctId: sameTime ? row.distinctId : `copy-${row.distinctId}` };
      });
  }

  async #store(rows: readonly SourceRow[]): Promise<void> {
    for (const row of rows) {
      const known = this.#first.get(row.uuid);
      if (known === undefined || row.insertedAtMicros < known.insertedAtMicros) {
        this.#first.set(row.uuid, row);
      }
    }
    this.#rows += rows.length;
    await insertRows(this.#clickhouse, this.#options, rows);
  }
}

/** With a chosen time of ingestion, as if the insert had been slow. */
export async function insertRows(
  clickhouse: ClickHouse,
  { teamId, rowBytes }: Pick<WorkloadOptions, 'teamId' | 'rowBytes'>,
  rows: readonly SourceRow[],
): Promise<void> {
  const values = rows.map(({ uuid, insertedAtMicros, distinctId }) => {
    const [at, before] = [clickhouseTime(insertedAtMicros), clickhouseTime(insertedAtMicros - 1_000)];
    return `('${at}', '${uuid}', '${distinctId}', '${before}')`;
  });
  if (values.length === 0) {
    return;
  }
  // The filler is made by the server: long rows must not cost this process anything.
  await clickhouse.command({
    sql: `INSERT INTO event_log (team_id, inserted_at, uuid, event, distinct_id, properties, timestamp)
      SELECT {team:UInt32}, toDateTime64(stamped, 6, 'UTC'), toUUID(id), 'page viewed', who,
        concat('{"filler":"', repeat(repeat('x', 1000), {kilobytes:UInt64}), '"}'), toDateTime64(before, 6, 'UTC')
      FROM values('stamped String, id String, who String, before String', ${values.join(', ')})`,
    params: { team: teamId, kilobytes: Math.floor(rowBytes / 1_000) },
  });
}
