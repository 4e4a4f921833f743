import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { createPostgresDestination } from '../../destinations/postgres/index.ts';
import type { SilenceLimits } from '../../destinations/postgres/silence.ts';
import { mapLimited } from '../../destinations/map-limited.ts';
import { eventually } from '../support/eventually.ts';
import { startTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { type PostgresPlace, TestServer } from './postgres/place.ts';
import { type Proxy, startProxy } from './postgres/proxy.ts';
import { chunkOfRows, exportRows, idsOf, rowsContext, TEN } from './postgres/rows.ts';
import { expectNothingLeft } from './table/session.ts';

/** A server, or the network to it, that takes what it is sent and never answers again. */
jest.setTimeout(180_000);

const LIMITS: SilenceLimits = { connectWithinMs: 1_000, lookEveryMs: 300, slackMs: 200 };
/** Several times what it takes to give up: machines stand still at times. */
const GIVEN_UP_WITHIN_MS = 30_000;
const PLACES_AT_ONCE = 12;
const NEVER = new Promise<void>(() => undefined);

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

interface Proxied {
  place: PostgresPlace;
  /** The same, through a network of ours, with less patience. */
  attempt: Pick<PostgresPlace, 'destination' | 'config'>;
  proxy: Proxy;
}

/** For a server that lives: on a busy machine a log-in takes its time. */
const PATIENT: SilenceLimits = { ...LIMITS, connectWithinMs: 15_000 };

async function proxiedPlace(settings: Record<string, unknown> = {}, silence = LIMITS): Promise<Proxied> {
  const place = await server.place();
  const { host, port } = place.config;
  const proxy = await startProxy({ host: String(host), port: Number(port) });
  const destination = createPostgresDestination({ silence }) as PostgresPlace['destination'];
  return { place, attempt: { destination, config: { ...place.config, ...settings, port: proxy.port } }, proxy };
}

/** Connections that are logged in to, by counting what only a log-in says. */
function countLogIns(proxy: Proxy): () => number {
  let logIns = 0;
  proxy.onRequest = ({ text }) => void (logIns += text.includes('application_name') ? 1 : 0);
  return () => logIns;
}

async function countPieces(): Promise<number> {
  const { attempt, proxy } = await proxiedPlace({}, PATIENT);
  let pieces = 0;
  proxy.onRequest = ({ index }) => void (pieces = index + 1);
  await exportRows(attempt, rowsContext());
  await proxy.stop();
  return pieces;
}

/** From the n-th piece on nothing is passed on any more, on any connection. */
async function silentFrom(piece: number): Promise<void> {
  const { place, attempt, proxy } = await proxiedPlace();
  proxy.onRequest = ({ index }) => (index >= piece ? NEVER : undefined);
  const context = rowsContext();
  const before = performance.now();
  const outcome: unknown = await exportRows(attempt, context).catch((error: unknown) => error);
  expect({ piece, ms: Math.min(performance.now() - before, GIVEN_UP_WITHIN_MS) }).not.toMatchObject({
    ms: GIVEN_UP_WITHIN_MS,
  });
  await proxy.stop();
  const { code, retryable, rows } = outcome as { code?: string; retryable?: boolean; rows?: number };
  // Only what tidies up after the commit is not waited for.
  const expected = rows === 10 || (retryable === true && GIVEN_UP.has(code ?? ''));
  expect({ piece, outcome, expected }).toMatchObject({ expected: true });
  expect(await exportRows(place, context)).toMatchObject({ rows: 10 });
  expect({ piece, ids: await idsOf(place) }).toEqual({ piece, ids: TEN });
  await expectNothingLeft(place);
}
const GIVEN_UP = new Set(['postgres_unreachable', 'postgres_connection_lost']);

test('a server that falls silent, at any statement: the attempt fails soon, and the next one has each row once', async () => {
  const pieces = await countPieces();
  expect(pieces).toBeGreaterThan(40);
  await mapLimited(
    Array.from({ length: pieces }, (_, piece) => piece),
    PLACES_AT_ONCE,
    silentFrom,
  );
});

test('one that is busy for long is waited for, and so is a source', async () => {
  const { place, attempt, proxy } = await proxiedPlace({}, PATIENT);
  await place.query(`CREATE TABLE ${place.table} (id bigint, version bigint, txt text)`);
  await place.query(`CREATE FUNCTION "${place.schema}".slow() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_sleep(0.3); RETURN NEW; END $$`);
  await place.query(
    `CREATE TRIGGER slow BEFORE INSERT ON ${place.table} FOR EACH ROW EXECUTE FUNCTION "${place.schema}".slow()`,
  );
  const logIns = countLogIns(proxy);
  const request = chunkOfRows();
  const late: typeof request = {
    ...request,
    openSource: async (encoding, signal) => {
      const stream = await request.openSource(encoding, signal);
      return { ...stream, body: afterLooks(stream.body, logIns) };
    },
  };
  expect(await exportRows(attempt, rowsContext(), [late])).toMatchObject({ rows: 10 });
  // One to load, one to commit; the others have looked whether the server lives.
  expect(logIns()).toBeGreaterThan(2 + 2 * LOOKS);
  expect(await idsOf(place)).toEqual(TEN);
  await proxy.stop();
});

const LOOKS = 3;

/** Says nothing before the server was looked at some times. */
async function* afterLooks(body: AsyncIterable<Uint8Array>, logIns: () => number): AsyncGenerator<Uint8Array> {
  const before = logIns();
  await eventually(() => expect(logIns()).toBeGreaterThan(before + LOOKS));
  yield* body;
}

test('one connection that is silent while others are not ends with the server’s own limit of a statement', async () => {
  const { place, attempt, proxy } = await proxiedPlace({ statementTimeoutMs: 10_000 }, PATIENT);
  let held = false;
  proxy.onRequest = ({ text }) => {
    if (!held && text.includes('COPY ')) {
      held = true;
      return NEVER;
    }
    return undefined;
  };
  const context = rowsContext();
  await expect(exportRows(attempt, context)).rejects.toMatchObject({
    code: 'postgres_connection_lost',
    message: expect.stringMatching(/limit of a statement is over/),
  });
  expect(await exportRows(attempt, context)).toMatchObject({ rows: 10 });
  expect(await idsOf(place)).toEqual(TEN);
  await proxy.stop();
});
