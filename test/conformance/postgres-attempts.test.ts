import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { isSluiceError } from '../../core/errors.ts';
import type { ChunkReceipt } from '../../destinations/contract.ts';
import { mapLimited } from '../../destinations/map-limited.ts';
import { eventually } from '../support/eventually.ts';
import { gate } from '../support/gate.ts';
import { startTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { type PostgresPlace, TestServer } from './postgres/place.ts';
import { type Proxy, startProxy } from './postgres/proxy.ts';
import { chunkOfRows, exportRows, idsOf, rowsContext, TEN } from './postgres/rows.ts';
import { expectNothingLeft, inSession } from './table/session.ts';

/** Attempts that meet, stop half-way, or lose an answer, at chosen statements. */
jest.setTimeout(180_000);

let database: TestDatabase;
let server: TestServer;

beforeAll(async () => {
  database = await startTestDatabase();
  server = new TestServer(database);
}, 60_000);
afterAll(async () => {
  await server.end();
  await database.stop();
});

type Attempt = Pick<PostgresPlace, 'destination' | 'config'>;

/** A place, and the same through a network of ours. */
async function proxiedPlace(): Promise<{ place: PostgresPlace; proxied: Attempt; proxy: Proxy }> {
  const place = await server.place();
  const config: Record<string, unknown> = { ...place.config, lockTimeoutMs: 1_000 };
  const proxy = await startProxy({ host: String(config['host']), port: Number(config['port']) });
  const { destination } = place;
  return { place: { ...place, config }, proxied: { destination, config: { ...config, port: proxy.port } }, proxy };
}

/** Most of the time is waiting for locks. */
const PLACES_AT_ONCE = 12;
const TWO_CHUNKS = [chunkOfRows({ count: 6 }), chunkOfRows({ from: 7, count: 4 }, { index: 1 })];

function retryable(error: unknown): boolean {
  return isSluiceError(error) && error.retryable;
}

describe('an attempt that stops at a statement while another does everything, and then goes on', () => {
  /** Statements, with those of logging in and out, of one whole export. */
  async function countPieces(): Promise<number> {
    const { proxied, proxy } = await proxiedPlace();
    let pieces = 0;
    proxy.onRequest = ({ index }) => void (pieces = index + 1);
    await exportRows(proxied, rowsContext());
    await proxy.stop();
    return pieces;
  }

  async function meetAt(stop: number): Promise<void> {
    const { place, proxied, proxy } = await proxiedPlace();
    const [reached, goOn] = [gate(), gate()];
    proxy.onRequest = async ({ index }) => {
      if (index === stop) {
        reached.open();
        await goOn.opened;
      }
    };
    const context = rowsContext();
    const stopped = exportRows(proxied, context).catch((error: unknown) => error);
    await Promise.race([reached.opened, stopped]);
    // The stopped one may hold a lock; then the other fails for now, and is repeated when it has let go.
    const other = await exportRows(place, context).catch((error: unknown) => error);
    goOn.open();
    const end = await stopped;
    for (const outcome of [other, end]) {
      const ended = retryable(outcome) || (outcome as { rows?: number }).rows === 10;
      expect({ stop, outcome, ended }).toMatchObject({ ended: true });
    }
    await exportRows(place, context);
    expect({ stop, ids: await idsOf(place) }).toEqual({ stop, ids: TEN });
    await expectNothingLeft(place);
    await proxy.stop();
  }

  test('at every statement: each row once, nothing left', async () => {
    const pieces = await countPieces();
    expect(pieces).toBeGreaterThan(40);
    await mapLimited(
      Array.from({ length: pieces }, (_, stop) => stop),
      PLACES_AT_ONCE,
      meetAt,
    );
  });
});

describe('a connection that is lost', () => {
  const isCommit = (text: string): boolean => text.includes('COMMIT');

  test('with the answer to any COMMIT: the retry finds what happened', async () => {
    for (let lost = 0; ; lost += 1) {
      const { place, proxied, proxy } = await proxiedPlace();
      let commits = 0;
      let losses = 0;
      proxy.onAnswer = ({ lastRequest }) => {
        commits += isCommit(lastRequest) ? 1 : 0;
        losses += isCommit(lastRequest) && commits - 1 === lost ? 1 : 0;
        return losses === 0 || commits - 1 !== lost;
      };
      const context = rowsContext();
      const first = await exportRows(proxied, context, TWO_CHUNKS).catch((error: unknown) => error);
      await proxy.stop();
      if (losses === 0) {
        expect(lost).toBeGreaterThan(5);
        return;
      }
      expect({ lost, ok: !(first instanceof Error) || retryable(first) }).toEqual({ lost, ok: true });
      expect(await exportRows(place, context, TWO_CHUNKS)).toMatchObject({ rows: 10 });
      expect({ lost, ids: await idsOf(place) }).toEqual({ lost, ids: TEN });
      await expectNothingLeft(place);
    }
  });

  test('by pg_terminate_backend in the middle of COPY: nothing of it stays', async () => {
    const place = await server.place();
    const context = rowsContext();
    const loading = inSession(place, context, (session) => session.loadChunk(chunkOfRows({}, { hang: true })));
    const failed = loading.catch((error: unknown) => error);
    await eventually(async () => {
      const ended = await place.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE datname = current_database() AND query LIKE 'COPY%' AND application_name LIKE 'sluice %'`,
      );
      expect(ended).toHaveLength(1);
    });
    expect(await failed).toMatchObject({ code: 'postgres_connection_lost', retryable: true });
    await exportRows(place, context);
    expect(await idsOf(place)).toEqual(TEN);
    await expectNothingLeft(place);
  });

  test('by pg_terminate_backend in the middle of COMMIT: nothing was committed, the retry is', async () => {
    const place = await server.place();
    const context = rowsContext();
    await place.query(`CREATE TABLE ${place.table} (id bigint, version bigint, txt text)`);
    await place.query(`CREATE FUNCTION "${place.schema}".leave() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$`);
    await place.query(`CREATE CONSTRAINT TRIGGER leave AFTER INSERT ON ${place.table} DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION "${place.schema}".leave()`);
    await expect(exportRows(place, context)).rejects.toMatchObject({ code: 'postgres_connection_lost' });
    expect(await idsOf(place)).toEqual([]);
    await place.query(`DROP TRIGGER leave ON ${place.table}`);
    expect(await exportRows(place, context)).toMatchObject({ rows: 10, alreadyCommitted: false });
    expect(await idsOf(place)).toEqual(TEN);
  });
});

describe('a zombie', () => {
  test('that hangs in the middle of COPY is ended by the commit of another attempt', async () => {
    const place = await server.place();
    const context = rowsContext();
    let opened = 0;
    const hanging = chunkOfRows({}, { hang: true });
    const zombie = inSession(place, context, (session) =>
      session.loadChunk({
        ...hanging,
        openSource: (encoding, signal) => ((opened += 1) > 1 ? chunkOfRows() : hanging).openSource(encoding, signal),
      }),
    );
    await eventually(async () => {
      const copying = await place.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'COPY%' AND state = 'active'`,
      );
      expect(copying).toHaveLength(1);
    });
    await exportRows(place, context);
    expect(await zombie).toMatchObject({ rows: 10 });
    expect(await idsOf(place)).toEqual(TEN);
    await expectNothingLeft(place);
  });

  test('of an older generation cannot commit after a newer one has begun', async () => {
    const place = await server.place();
    const older = rowsContext();
    const newer = { ...older, runId: 'newer', generation: 1 };
    await inSession(place, older, async (session) => {
      const chunks: ChunkReceipt[] = [await session.loadChunk(chunkOfRows())];
      await inSession(place, newer, async (other) => {
        const theirs = [await other.loadChunk(chunkOfRows({ count: 9 }))];
        await expect(session.commit({ chunks })).rejects.toMatchObject({ code: 'run_superseded' });
        await other.commit({ chunks: theirs });
      });
    });
    expect(await idsOf(place)).toEqual(TEN.slice(0, 9));
    await expectNothingLeft(place);
  });
});

describe('an abort', () => {
  test('stops the statement at the server within 5 s', async () => {
    const place = await server.place();
    await place.query(`CREATE TABLE ${place.table} (id bigint, version bigint, txt text)`);
    await place.query(`CREATE FUNCTION "${place.schema}".slow() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_sleep(60); RETURN NEW; END $$`);
    await place.query(
      `CREATE TRIGGER slow BEFORE INSERT ON ${place.table} FOR EACH ROW EXECUTE FUNCTION "${place.schema}".slow()`,
    );
    const controller = new AbortController();
    const reason = new Error('cancelled by the test');
    const running = exportRows(place, rowsContext({ signal: controller.signal }));
    const stopped = running.catch((error: unknown) => error);
    const sleeping = (): Promise<unknown[]> =>
      place.query(`SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND wait_event = 'PgSleep' AND application_name LIKE 'sluice %'`);
    await eventually(async () => expect(await sleeping()).toHaveLength(1));
    const before = performance.now();
    controller.abort(reason);
    expect(await stopped).toBe(reason);
    await eventually(async () => expect(await sleeping()).toHaveLength(0), { timeoutMs: 5_000 });
    expect(performance.now() - before).toBeLessThan(5_000);
  });
});
