import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { allowedFunctions } from '../../../clickhouse/user-sql/functions.ts';
import { compileUserQuery, type QueryScope } from '../../../clickhouse/user-sql/compile.ts';
import { describeQuery } from '../../../clickhouse/user-sql/describe.ts';
import { asCustomersFault } from '../../../clickhouse/user-sql/faults.ts';
import { assertEngineAgrees } from '../../../clickhouse/user-sql/engine-check.ts';
import { CHECK_LIMITS, limitSettings, type QueryLimits } from '../../../clickhouse/user-sql/limits.ts';
import { errorCode, errorMessage, isSluiceError } from '../../../core/errors.ts';
import { insertAt, YESTERDAY_NOON_MS } from '../events.ts';
import { startTestClickHouse, type TestClickHouse } from '../server.ts';
import { ACCEPTED } from './accepted.ts';
import { CONTAINED, ORACLES, TOO_MUCH } from './contained.ts';
import { mutatedQuery } from './mutations.ts';
import { REFUSED } from './refused.ts';

/** Text that must never come back to team 1: in another team's events, in a table beside, in a file of the server. */
const CANARY = 'CANARY-3f8a';
const START = YESTERDAY_NOON_MS * 1_000;
const HOUR = 3_600_000_000;
const OURS: QueryScope = { teamId: 1, range: { startMicros: START, endMicros: START + HOUR } };

let server: TestClickHouse;
let folder: string;
let file: string;

beforeAll(async () => {
  server = await startTestClickHouse();
  folder = await mkdtemp(path.join(tmpdir(), 'sluice-canary-'));
  file = path.join(folder, 'canary.txt');
  await writeFile(file, CANARY);
  await server.ch.command({ sql: 'CREATE TABLE secrets (a String, secret String) ENGINE = MergeTree ORDER BY a' });
  await server.ch.command({ sql: `INSERT INTO secrets VALUES ('${CANARY}', '${CANARY}')` });
  await insertAt(server.ch, ourEvents());
  await insertAt(server.ch, theirEvents());
});

afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

function ourEvents(): Parameters<typeof insertAt>[1] {
  return Array.from({ length: 20 }, (_, index) => ({
    teamId: 1,
    insertedAtMicros: START + index * 60_000_000,
    event: index % 3 === 0 ? 'signed up' : 'paid',
    distinctId: `user-${String(index % 4)}`,
    timestamp: `2026-11-20 11:${String(index + 10)}:00.000001`,
    propertiesJson: `{"amount":${String(index)}.5,"n":${String(index)},"plan":"free","tags":["a","b"]}`,
  }));
}

function theirEvents(): Parameters<typeof insertAt>[1] {
  return Array.from({ length: 5 }, (_, index) => ({
    teamId: 2,
    insertedAtMicros: START + index,
    event: CANARY,
    distinctId: CANARY,
    propertiesJson: `{"secret":"${CANARY}"}`,
  }));
}

function written(query: string): string {
  return query.replaceAll('{file}', file).replaceAll('{db}', server.ch.database).replaceAll('{table}', 'secrets');
}

/** What a run does: compile, ask the engine what it has read, describe, run. */
async function run(
  query: string,
  { limits = CHECK_LIMITS, scope = OURS }: { limits?: QueryLimits; scope?: QueryScope } = {},
): Promise<{ names: string[]; rows: object[] }> {
  const compiled = compileUserQuery(query, server.ch.database, scope);
  await assertEngineAgrees(server.ch, compiled);
  const columns = await describeQuery(server.ch, compiled, limits);
  const rows = await asCustomersFault(() => server.ch.rows<object>({ ...compiled, settings: limitSettings(limits) }));
  return { names: columns.map(({ name }) => name), rows };
}

/** A few at a time: most of a query's time here is the engine's start of it. */
async function inLanes(queries: readonly string[], work: (query: string) => Promise<void>): Promise<void> {
  const waiting = [...queries];
  const lane = async (): Promise<void> => {
    for (let query = waiting.shift(); query !== undefined; query = waiting.shift()) {
      await work(query);
    }
  };
  await Promise.all([lane(), lane(), lane(), lane()]);
}

describe('hostile queries', () => {
  test('the dangers are real: the engine itself reads the file, the table and the other team', async () => {
    const open = async (sql: string): Promise<string> => JSON.stringify(await server.ch.rows({ sql: written(sql) }));
    expect(await open(`SELECT file('{file}') AS a`)).toContain(CANARY);
    expect(await open(`SELECT 'CANARY-3f8a' IN (SELECT a FROM {table}) AS a`)).toContain('1');
    expect(await open(`SELECT any(properties) AS a FROM event_log WHERE team_id = 2`)).toContain(CANARY);
    await server.ch.command({ sql: 'CREATE VIEW named AS SELECT a FROM secrets' });
    expect(await open(`SELECT '${CANARY}' IN (named) AS a`)).toContain('1');
  });

  test('there are enough of them', () => {
    expect(Object.values(REFUSED).flat().length + CONTAINED.length).toBeGreaterThanOrEqual(150);
    expect(ACCEPTED.length).toBeGreaterThanOrEqual(40);
  });

  test.each(Object.entries(REFUSED))('refused: what %s', (_why, queries) => {
    for (const query of queries.map(written)) {
      const error = thrownBy(() => compileUserQuery(query, server.ch.database, OURS));
      expect([query.slice(0, 200), errorCode(error)]).toEqual([query.slice(0, 200), 'query_refused']);
      expect(errorMessage(error)).toMatch(/^line \d+, column \d+: /);
      expect(isSluiceError(error) && error.remedy).toBeTruthy();
    }
  });

  test('contained: allowed, and blind for everything that is not the team’s', async () => {
    await inLanes(CONTAINED.map(written), async (query) => {
      const seen = await run(query).catch((error: unknown) => {
        expect([query, errorCode(error)]).toEqual([query, expect.stringMatching(/^query_(invalid|columns_unusable)$/)]);
        return errorMessage(error);
      });
      expect(JSON.stringify(seen)).not.toContain(CANARY);
    });
  });

  test('contained: no row of them counts another team’s', async () => {
    const [row] = (await run('SELECT count() AS n, uniqExact(team_id) AS teams, max(team_id) AS team FROM events'))
      .rows;
    expect(row).toEqual({ n: 20, teams: 1, team: 1 });
  });

  test('contained: no condition is computed on rows of other teams that are stored beside', async () => {
    // Two rows of one id: the branch of duplicates has something to read, too.
    const row = (teamId: number, index: number) => ({ teamId, insertedAtMicros: START + index });
    const numbers = [1, 2, 3, 4, 5, 6, 6].map((n, index) => ({
      ...{ ...row(3, index), event: 'ok', distinctId: String(n), uuid: uuidOf(30 + n) },
    }));
    const others = [2, 4].flatMap((teamId) =>
      [2, 2].map((n, index) => ({ ...row(teamId, index), event: CANARY, distinctId: CANARY, uuid: uuidOf(n) })),
    );
    await insertAt(server.ch, [...others, ...numbers]);
    const naive = `SELECT count() FROM (SELECT * FROM event_log WHERE team_id = 3) WHERE toInt64(distinct_id) > 0`;
    await expect(server.ch.rows({ sql: naive })).rejects.toThrow(CANARY);
    await inLanes(ORACLES, async (query) => {
      const seen: unknown = await run(query, { scope: { ...OURS, teamId: 3 } }).catch((error: unknown) => error);
      expect([query, seen]).toEqual([
        query,
        { names: expect.anything(), rows: expect.arrayContaining([expect.anything()]) },
      ]);
    });
  });

  test('too much: a limit ends it', async () => {
    const limits = { ...CHECK_LIMITS, seconds: 2, memoryBytes: 200_000_000 };
    for (const query of TOO_MUCH) {
      const error: unknown = await run(query, { limits }).catch((thrown: unknown) => thrown);
      expect([query, errorCode(error)]).toEqual([query, expect.stringMatching(/^query_(limit_exceeded|invalid)$/)]);
    }
  });

  test('mutations of good and bad queries are refused, or the engine reads them as we do', async () => {
    let asked = 0;
    await fc.assert(
      fc.asyncProperty(mutatedQuery, async (query) => {
        const compiled = compiledOrUndefined(written(query));
        if (compiled !== undefined) {
          asked += 1;
          const verdict: unknown = await assertEngineAgrees(server.ch, compiled).catch((error: unknown) => error);
          expect([compiled.sql, errorCode(verdict) ?? 'query_invalid']).toEqual([compiled.sql, 'query_invalid']);
        }
      }),
      { numRuns: 150 },
    );
    expect(asked).toBeGreaterThan(1); // some fifteen as a rule
  });
});

function uuidOf(n: number): string {
  return `00000000-0000-0000-0000-${String(n).padStart(12, '0')}`;
}

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

function compiledOrUndefined(query: string): ReturnType<typeof compileUserQuery> | undefined {
  const result = thrownBy(() => compileUserQuery(query, server.ch.database, OURS));
  if (isSluiceError(result)) {
    expect(result.code).toBe('query_refused');
    return undefined;
  }
  return result as ReturnType<typeof compileUserQuery>;
}

describe('queries that people write', () => {
  test('work: each has columns and gives rows', async () => {
    await inLanes(ACCEPTED, async (query) => {
      const result: unknown = await run(query).catch((error: unknown) => error);
      expect([query, result]).toEqual([
        query,
        { names: expect.arrayContaining([expect.any(String)]), rows: expect.arrayContaining([expect.anything()]) },
      ]);
    });
  });

  test('every function that is allowed exists, in every version that runs here', async () => {
    const known = await server.ch.rows<{ name: string }>({ sql: 'SELECT name FROM system.functions' });
    const names = new Set(known.map(({ name }) => name));
    expect(allowedFunctions().filter(({ name }) => !names.has(name))).toEqual([]);
  });
});
