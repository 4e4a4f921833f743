import { MockActivityEnvironment } from '@temporalio/testing';
import { sql } from 'kysely';
import { beginErasure, collectErasure, eraseFrom, finishErasure, leftToErase } from '../../activities/erase-person.ts';
import type { ActivityDeps } from '../../activities/deps.ts';
import type { ClickHouse } from '../../clickhouse/client.ts';
import { ERASURE_PLACES, type ErasurePlace } from '../../core/erasure.ts';
import type { Database } from '../../store/database.ts';
import { startTestClickHouse, type TestClickHouse } from '../clickhouse/server.ts';
import { startStore, type StoreFixture } from '../store/fixtures.ts';

/** Both databases, and the activities of an erasure on them. */
export interface ErasureWorld {
  store: StoreFixture;
  server: TestClickHouse;
  begin(erasureId: string): ReturnType<typeof beginErasure>;
  collect(erasureId: string): Promise<void>;
  /** Erases from every place; answers the rows of those that had some. */
  erase(erasureId: string): Promise<Partial<Record<ErasurePlace, number>>>;
  left(erasureId: string): Promise<number>;
  finish(erasureId: string): Promise<void>;
  stop(): Promise<void>;
}

export async function startErasureWorld(): Promise<ErasureWorld> {
  const [store, server] = await Promise.all([startStore(), startTestClickHouse()]);
  const settings = { visibilityBoundMs: 0 };
  // What these activities use; all else would throw.
  const deps = { db: store.db, box: store.box, clickhouse: server.ch, settings } as unknown as ActivityDeps;
  const run = <Result>(work: () => Promise<Result>): Promise<Result> => new MockActivityEnvironment().run(work);
  return {
    ...{ store, server },
    begin: (erasureId) => run(() => beginErasure(deps, { erasureId })),
    collect: (erasureId) => run(() => collectErasure(deps, { erasureId })),
    erase: async (erasureId) => {
      const erased: Partial<Record<ErasurePlace, number>> = {};
      for (const place of ERASURE_PLACES) {
        const { rows } = await run(() => eraseFrom(deps, { erasureId, place }));
        Object.assign(erased, rows > 0 ? { [place]: rows } : {});
      }
      return erased;
    },
    left: async (erasureId) => (await run(() => leftToErase(deps, { erasureId }))).rows,
    finish: (erasureId) => run(() => finishErasure(deps, { erasureId, status: 'completed' })),
    stop: async () => {
      await Promise.all([store.stop(), server.stop()]);
    },
  };
}

/** Tables of ClickHouse whose rows have the text anywhere, with what the engine says of its own work. */
export async function clickhouseTablesWith(ch: ClickHouse, text: string): Promise<string[]> {
  const tables = await ch.rows<{ name: string }>({
    sql: `SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree'`,
  });
  const names = [...tables.map(({ name }) => name), 'system.mutations'];
  const found = await Promise.all(
    names.map(async (name) => {
      const [row] = await ch.rows<{ rows: number }>({
        sql: `SELECT count() AS rows FROM (SELECT formatRowNoNewline('JSONEachRow', *) AS line FROM ${name})
          WHERE position(line, {text:String}) > 0`,
        params: { text },
      });
      return row?.rows === 0 ? [] : [name];
    }),
  );
  return found.flat().sort();
}

/** The same for Postgres. */
export async function postgresTablesWith(db: Database, text: string): Promise<string[]> {
  const { rows: tables } = await sql<{ name: string }>`SELECT quote_ident(table_name) AS name
    FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`.execute(db.kysely);
  const found = await Promise.all(
    tables.map(async ({ name }) => {
      const { rows } = await sql<{ rows: number }>`SELECT count(*) AS rows FROM ${sql.raw(name)} AS found
        WHERE position(${text} IN found::text) > 0`.execute(db.kysely);
      return rows[0]?.rows === 0 ? [] : [name];
    }),
  );
  return found.flat().sort();
}
