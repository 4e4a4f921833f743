import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createPostgresDestination } from '../../destinations/postgres/index.ts';
import { createAddressPolicy } from '../../net/address-policy.ts';
import { createOutboundNetwork } from '../../net/outbound-network.ts';
import { startTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { type PostgresPlace, TestServer } from './postgres/place.ts';
import { chunkOfRows, exportRows, idsOf, rowsContext, TEN } from './postgres/rows.ts';
import { expectNothingLeft, inSession, parsed } from './table/session.ts';

/** What a real server answers when something is missing, forbidden, locked or full. */
jest.setTimeout(60_000);

let database: TestDatabase;
let server: TestServer;
let place: PostgresPlace;

beforeAll(async () => {
  database = await startTestDatabase();
  server = new TestServer(database);
}, 60_000);
afterAll(async () => {
  await server.end();
  await database.stop();
});
beforeEach(async () => {
  place = await server.place();
});

const makeTable = (columns = 'id bigint, version bigint, txt text'): Promise<unknown> =>
  place.query(`CREATE TABLE ${place.table} (${columns})`);

/** A trigger on the table that runs a line of PL/pgSQL for each row. */
async function onInsert(line: string): Promise<void> {
  await place.query(
    `CREATE FUNCTION "${place.schema}".act() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${line} END $$`,
  );
  await place.query(
    `CREATE TRIGGER act BEFORE INSERT ON ${place.table} FOR EACH ROW EXECUTE FUNCTION "${place.schema}".act()`,
  );
}

/** A place as a role of its own sees it, which begins without any permission. */
async function asRole(...grants: string[]): Promise<PostgresPlace> {
  const role = `role_${place.schema.slice(6)}`;
  await place.query(`CREATE ROLE ${role} LOGIN PASSWORD 'of-the-role'`);
  for (const grant of grants) {
    await place.query(`GRANT ${grant} TO ${role}`);
  }
  return { ...place, config: { ...place.config, user: role, password: 'of-the-role' } };
}

async function failedStep({
  destination,
  config,
}: PostgresPlace): Promise<{ name: string; message?: string } | undefined> {
  const steps = await destination.check(parsed(destination, config), new AbortController().signal);
  return steps.find(({ status }) => status === 'failed');
}

async function failureOf(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => new Error('it did not fail'),
    (error: unknown) => error as Error,
  );
}

describe('permissions', () => {
  test.each([
    ['no USAGE', (): string[] => [], 'schema', /USAGE/],
    ['no CREATE', (): string[] => [`USAGE ON SCHEMA "${place.schema}"`], 'schema', /CREATE/],
    ['no INSERT', (): string[] => [`USAGE, CREATE ON SCHEMA "${place.schema}"`], 'table', /INSERT/],
  ])('%s: the check names it, a run fails for good', async (_name, grants, step, message) => {
    await makeTable();
    const limited = await asRole(...grants());
    expect(await failedStep(limited)).toMatchObject({ name: step, message: expect.stringMatching(message) });
    await expect(exportRows(limited, rowsContext())).rejects.toMatchObject({
      code: 'postgres_access_denied',
      retryable: false,
      fault: 'customer',
    });
    expect(await idsOf(place)).toEqual([]);
  });

  test('those of the README are enough, for a table of somebody else and for a new one', async () => {
    await makeTable('id bigint PRIMARY KEY, version bigint, txt text');
    const limited = await asRole(
      `USAGE, CREATE ON SCHEMA "${place.schema}"`,
      `SELECT, INSERT, UPDATE ON ${place.table}`,
    );
    expect(await failedStep(limited)).toBeUndefined();
    const context = rowsContext({ mode: 'merge', versionColumn: 'version' });
    expect(await exportRows(limited, context)).toMatchObject({ rows: 10 });
    const other = { ...limited, config: { ...limited.config, table: 'new' } };
    expect(await exportRows(other, rowsContext())).toMatchObject({ rows: 10 });
  });

  test('a role that may only read', async () => {
    const limited = await asRole(`USAGE, CREATE ON SCHEMA "${place.schema}"`);
    await place.query(`ALTER ROLE role_${place.schema.slice(6)} SET default_transaction_read_only = on`);
    expect(await failedStep(limited)).toMatchObject({ name: 'write', message: expect.stringMatching(/no writes/) });
    await expect(exportRows(limited, rowsContext())).rejects.toMatchObject({ code: 'postgres_read_only' });
  });

  test('hosts that may not be called are refused, by address and by name', async () => {
    const network = createOutboundNetwork(createAddressPolicy({ allowCidrs: [] }));
    const guarded = { ...place, destination: createPostgresDestination({ network }) as PostgresPlace['destination'] };
    for (const host of ['127.0.0.1', 'localhost', '::1']) {
      const there = { ...guarded, config: { ...place.config, host } };
      expect(await failedStep(there)).toMatchObject({ name: 'host' });
      await expect(exportRows(there, rowsContext())).rejects.toMatchObject({ code: 'address_not_allowed' });
    }
    const allowed = createOutboundNetwork(createAddressPolicy({ allowCidrs: ['127.0.0.0/8', '::1/128'] }));
    const destination = createPostgresDestination({ network: allowed }) as PostgresPlace['destination'];
    expect(await exportRows({ destination, config: place.config }, rowsContext())).toMatchObject({ rows: 10 });
    network.close();
    allowed.close();
  });
});

describe('the table', () => {
  test('is made again when somebody drops it between load and commit', async () => {
    await inSession(place, rowsContext(), async (session) => {
      const chunks = [await session.loadChunk(chunkOfRows())];
      await place.query(`DROP TABLE ${place.table}`);
      expect(await session.commit({ chunks })).toMatchObject({ rows: 10 });
    });
    expect(await idsOf(place)).toEqual(TEN);
    await expectNothingLeft(place);
  });

  test('that loses a column after loading: nothing is committed', async () => {
    await makeTable();
    const policy = { ...place, config: { ...place.config, schemaPolicy: 'refuse' } };
    await inSession(policy, rowsContext(), async (session) => {
      const chunks = [await session.loadChunk(chunkOfRows())];
      await place.query(`ALTER TABLE ${place.table} DROP COLUMN txt`);
      await expect(session.commit({ chunks })).rejects.toMatchObject({ code: 'destination_column_missing' });
    });
    expect(await idsOf(place)).toEqual([]);
  });

  test('whose stage is emptied, as a crash of the server does to unlogged tables: nothing is committed', async () => {
    await inSession(place, rowsContext(), async (session) => {
      const chunks = [await session.loadChunk(chunkOfRows())];
      const stages = await place.query<{ name: string; kind: string }>(
        `SELECT oid::regclass::text AS name, relpersistence AS kind FROM pg_class
         WHERE relname LIKE '\\_sluice\\_rows%' AND relkind = 'r' AND relnamespace = $1::regnamespace`,
        [`"${place.schema}"`],
      );
      expect(stages.map(({ kind }) => kind)).toEqual(['u']);
      await place.query(`TRUNCATE ${stages[0]?.name ?? ''}`);
      await expect(session.commit({ chunks })).rejects.toMatchObject({ code: 'postgres_stage_lost' });
    });
    expect(await idsOf(place)).toEqual([]);
  });

  test('without a unique key cannot be merged into', async () => {
    await makeTable();
    await place.query(`CREATE UNIQUE INDEX ON ${place.table} (id) WHERE version > 0`);
    await place.query(`CREATE UNIQUE INDEX ON ${place.table} (id, txt)`);
    const context = rowsContext({ mode: 'merge', versionColumn: 'version' });
    await expect(exportRows(place, context)).rejects.toMatchObject({
      code: 'destination_merge_key_missing',
      retryable: false,
    });
    await place.query(`CREATE UNIQUE INDEX ON ${place.table} (id) INCLUDE (txt)`);
    expect(await exportRows(place, context)).toMatchObject({ rows: 10 });
  });

  test.each([
    ['a unique key', 'id bigint, version bigint UNIQUE, txt text', 'postgres_constraint_violated', /23505.*constraint/],
    ['a check', `id bigint, version bigint, txt text CHECK (txt <> 'text')`, 'postgres_constraint_violated', /23514/],
    [
      'an identity',
      'id bigint GENERATED ALWAYS AS IDENTITY, version bigint, txt text',
      'destination_column_type_mismatch',
      /id/,
    ],
    [
      'partitions that do not cover',
      'id bigint, version bigint, txt text) PARTITION BY RANGE (id',
      'postgres_constraint_violated',
      /23514/,
    ],
  ])('that refuses rows by %s fails for good, without a word of the rows', async (_name, columns, code, message) => {
    await makeTable(columns);
    const failed = exportRows(place, rowsContext(), [chunkOfRows({ txt: 'text' })]);
    const error = await failureOf(failed);
    expect(error).toMatchObject({ code, retryable: false, fault: 'customer', message: expect.stringMatching(message) });
    expect(String(error)).not.toContain('text)');
    expect(await idsOf(place)).toEqual([]);
  });

  test('a value that the server alone refuses is named by line and column, not by its text', async () => {
    await makeTable();
    const secret = 'value-of-a-row';
    const request = chunkOfRows();
    const broken = {
      ...request,
      openSource: () =>
        Promise.resolve({
          body: (async function* () {
            yield await Promise.resolve(Buffer.from(`1\t1\ta\n2\t${secret}\tb\n`));
          })(),
          rows: () => 2,
        }),
    };
    const error = await failureOf(exportRows(place, rowsContext(), [broken]));
    expect(error).toMatchObject({ code: 'postgres_value_refused', retryable: false });
    expect(String(error)).toMatch(/22P02, line 2, column version/);
    expect(JSON.stringify([error, String(error)])).not.toContain(secret);
  });

  test('a trigger that swallows rows: nothing is committed', async () => {
    await makeTable();
    await onInsert('IF NEW.id = 3 THEN RETURN NULL; END IF; RETURN NEW;');
    await expect(exportRows(place, rowsContext())).rejects.toMatchObject({
      code: 'postgres_rows_refused',
      message: expect.stringMatching(/9 of 10/),
    });
    expect(await idsOf(place)).toEqual([]);
  });

  test.each([
    ['53100', 'postgres_disk_full'],
    ['53200', 'postgres_out_of_memory'],
    ['53300', 'postgres_too_many_connections'],
    ['40001', 'postgres_conflict'],
    ['40P01', 'postgres_conflict'],
    ['57P03', 'postgres_unavailable'],
    ['P0001', 'postgres_trigger_failed'],
    ['XX000', 'postgres_unavailable'],
  ])('SQLSTATE %s (raised by a trigger: emulated) is retried as %s', async (state, code) => {
    await makeTable();
    await onInsert(`RAISE EXCEPTION 'it broke' USING ERRCODE = '${state}';`);
    await expect(exportRows(place, rowsContext())).rejects.toMatchObject({ code, retryable: true });
    await place.query(`DROP TRIGGER act ON ${place.table}`);
    expect(await exportRows(place, rowsContext())).toMatchObject({ rows: 10 });
  });
});

test('a lock that somebody holds: the wait is bounded, and the next try succeeds', async () => {
  await makeTable();
  const client = await server.client();
  const impatient = { ...place, config: { ...place.config, lockTimeoutMs: 1_000 } };
  const context = rowsContext();
  try {
    await client.query(`BEGIN; LOCK TABLE ${place.table}`);
    await expect(exportRows(impatient, context)).rejects.toMatchObject({ code: 'postgres_locked', retryable: true });
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
  expect(await exportRows(impatient, context)).toMatchObject({ rows: 10 });
  expect(await idsOf(place)).toEqual(TEN);
});

test('varying characters are counted as characters, integers by their width', async () => {
  await makeTable('id integer, version smallint, txt varchar(3)');
  const rules: unknown[] = [];
  const request = chunkOfRows({ txt: 'ä😀漢' });
  await exportRows(place, rowsContext(), [
    {
      ...request,
      openSource: (encoding, signal) => {
        rules.push(...encoding.columns.map((column) => column.rules));
        return request.openSource(encoding, signal);
      },
    },
  ]);
  expect(rules).toEqual([
    { number: { from: '-2147483648', to: '2147483647' } },
    { number: { from: '-32768', to: '32767' } },
    { nul: 'strip', surrogates: 'strip', maxChars: 3 },
  ]);
  expect(await place.query(`SELECT txt FROM ${place.table} LIMIT 1`)).toEqual([{ txt: 'ä😀漢' }]);
});
