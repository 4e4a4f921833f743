import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Column } from '../../core/columns.ts';
import type { SluiceError } from '../../core/errors.ts';
import { TABLE_FORMAT } from '../../core/formats.ts';
import { createClickHouseDestination } from '../../destinations/clickhouse/index.ts';
import type { ChunkReceipt, LoadChunkRequest, SessionContext } from '../../destinations/contract.ts';
import { startTestClickHouse, type TestClickHouse } from '../clickhouse/server.ts';
import { type AuthProxy, PASSWORD, startAuthProxy, USER } from '../emulators/clickhouse-auth/proxy.ts';
import { contextOf } from './context.ts';
import { source } from './sources.ts';

/*
 * ClickHouse has no transactions: a commit is many statements. Here an attempt dies after each of them, and attempts of
 * two generations run through each other with random delays. The table has three partitions, so rows become visible in
 * several steps too.
 */
jest.setTimeout(300_000);

let server: TestClickHouse;
let proxy: AuthProxy;

beforeAll(async () => {
  server = await startTestClickHouse();
  proxy = await startAuthProxy(server.url);
}, 60_000);
afterAll(async () => {
  await proxy.stop();
  await server.stop();
});
beforeEach(() => {
  proxy.intercept = () => Promise.resolve('pass');
});

const COLUMNS: readonly Column[] = [
  { name: 'id', type: { kind: 'integer', bits: 64, signed: true }, nullable: false },
  { name: 'txt', type: { kind: 'text' }, nullable: false },
];
const destination = createClickHouseDestination();

/** Chunks of ids, as TabSeparated. */
function chunksOf(...ids: number[][]): LoadChunkRequest[] {
  return ids.map((each, chunkIndex) => ({
    chunkIndex,
    chunkCount: ids.length,
    openSource: () =>
      Promise.resolve(source(Buffer.from(each.map((id) => `${String(id)}\trow ${String(id)}\n`).join('')))),
    onProgress: () => undefined,
  }));
}

const OLD = chunksOf([1, 2, 3, 4], [5, 6, 7]);
const NEW = chunksOf([1, 2, 3], [4, 5], [6, 7, 8, 9]);

class Place {
  readonly database = `crash_${randomBytes(6).toString('hex')}`;
  readonly config = destination.configSchema.parse({
    ...{ url: proxy.url, database: this.database, table: 't', username: USER, password: PASSWORD },
  });

  static async create(): Promise<Place> {
    const place = new Place();
    await server.ch.command({ sql: `CREATE DATABASE ${place.database}` });
    await server.ch.command({
      sql: `CREATE TABLE ${place.database}.t (id Int64, txt String) ENGINE = MergeTree PARTITION BY id % 3 ORDER BY (id, txt) PRIMARY KEY id`,
    });
    return place;
  }

  async load(context: SessionContext, requests: readonly LoadChunkRequest[]): Promise<ChunkReceipt[]> {
    const session = await destination.open(this.config, context);
    try {
      const receipts: ChunkReceipt[] = [];
      for (const request of requests) {
        receipts.push(await session.loadChunk(request));
      }
      return receipts;
    } finally {
      await session.close();
    }
  }

  async commit(context: SessionContext, chunks: readonly ChunkReceipt[]): Promise<number> {
    const session = await destination.open(this.config, context);
    try {
      return (await session.commit({ chunks })).rows;
    } finally {
      await session.close();
    }
  }

  async ids(): Promise<number[]> {
    const rows = await server.ch.rows<{ id: number }>({ sql: `SELECT id FROM ${this.database}.t ORDER BY id` });
    return rows.map(({ id }) => id);
  }

  async tables(): Promise<string[]> {
    const rows = await server.ch.rows<{ name: string }>({
      sql: 'SELECT name FROM system.tables WHERE database = {d:String} ORDER BY name',
      params: { d: this.database },
    });
    return rows.map(({ name }) => name);
  }
}

const contextFor = (key: string[]): SessionContext =>
  contextOf({ model: 'rows', columns: COLUMNS, key, format: TABLE_FORMAT });
const next = (context: SessionContext): SessionContext => ({ ...context, generation: 1, runId: randomUUID() });

const CHANGES = /^\s*(CREATE|ALTER|RENAME|INSERT|DROP)/;

/** Lets `steps` statements that change something pass; after them the attempt is dead. Says whether it got that far. */
function dieAfter(steps: number): () => boolean {
  let left = steps;
  proxy.intercept = (statement) => {
    if (left <= 0) {
      return Promise.resolve('cut before');
    }
    left -= CHANGES.test(statement) ? 1 : 0;
    return Promise.resolve(left === 0 ? 'cut after' : 'pass');
  };
  return () => left <= 0;
}

/** Runs `attempt` again and again, dying after its 1st, 2nd, … change, until it lives through all of them. */
async function diesAfterEachStep(
  attempt: (place: Place) => Promise<unknown>,
  check: (place: Place) => Promise<void>,
  prepare: (place: Place) => Promise<void>,
): Promise<number> {
  for (let steps = 1; ; steps += 1) {
    const place = await Place.create();
    await prepare(place);
    const died = dieAfter(steps);
    await attempt(place).catch(() => undefined);
    const dead = died();
    proxy.intercept = () => Promise.resolve('pass');
    await check(place);
    if (!dead) {
      return steps;
    }
  }
}

describe.each([
  ['with a key', ['id']],
  ['without a key', []],
])('rows %s', (_name, key) => {
  test('a commit that dies after any of its statements is completed by the next attempt', async () => {
    let context = contextFor(key);
    let chunks: ChunkReceipt[] = [];
    const steps = await diesAfterEachStep(
      (place) => place.commit(context, chunks),
      async (place) => {
        expect(await place.commit(context, chunks)).toBe(7);
        expect(await place.ids()).toEqual([1, 2, 3, 4, 5, 6, 7]);
        expect(await place.tables()).toEqual(['_sluice_ledger', 't']);
      },
      async (place) => {
        context = contextFor(key);
        chunks = await place.load(context, OLD);
      },
    );
    expect(steps).toBeGreaterThan(10);
  });

  test('a commit that dies after any of its statements and is followed by a newer generation', async () => {
    let context = contextFor(key);
    let chunks: ChunkReceipt[] = [];
    const rowsWithoutKey = new Set<number>();
    await diesAfterEachStep(
      (place) => place.commit(context, chunks),
      async (place) => {
        const newer = next(context);
        const rows = await place.commit(newer, await place.load(newer, NEW));
        const ids = await place.ids();
        expect(ids).toHaveLength(rows);
        expect(new Set(ids).size).toBe(ids.length);
        if (key.length > 0) {
          expect(ids).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
        }
        rowsWithoutKey.add(rows);
        await expect(place.commit(context, chunks)).rejects.toMatchObject({ code: 'run_superseded' });
        expect(await place.tables()).toEqual(['_sluice_ledger', 't']);
      },
      async (place) => {
        context = contextFor(key);
        chunks = await place.load(context, OLD);
      },
    );
    // Without a key the generation that became visible first stays as it is.
    expect([...rowsWithoutKey].sort()).toEqual(key.length > 0 ? [9] : [7, 9]);
  });

  test.each([1, 6])('attempts of two generations through each other, seed %i', async (seed) => {
    const place = await Place.create();
    const context = contextFor(key);
    const newer = next(context);
    const random = randomOf(seed);
    proxy.intercept = async () => {
      await new Promise((resolve) => setTimeout(resolve, random() * 25));
      return 'pass';
    };
    const attempts = [context, context, newer, newer].map(async (of) => {
      await new Promise((resolve) => setTimeout(resolve, random() * 600));
      return place.commit(of, await place.load(of, of === newer ? NEW : OLD));
    });
    const outcomes = await Promise.allSettled(attempts);
    const errors = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [outcome.reason as SluiceError] : [],
    );
    const final = errors.filter(({ retryable }) => !retryable).map(({ code }) => code);
    expect(final.filter((code) => !['run_superseded', 'destination_file_missing'].includes(code))).toEqual([]);
    const rows = await place.commit(newer, await place.load(newer, NEW));
    const ids = await place.ids();
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toHaveLength(rows);
    expect(key.length > 0 ? ids.length : [7, 9].includes(ids.length)).toBe(key.length > 0 ? 9 : true);
  });
});

function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
