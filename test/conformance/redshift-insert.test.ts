import { ListStatementsCommand } from '@aws-sdk/client-redshift-data';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { startTestClickHouse, type TestClickHouse } from '../clickhouse/server.ts';
import { eventually } from '../support/eventually.ts';
import { startRedshiftServer, type RedshiftPlace, type RedshiftServer } from './redshift/server.ts';
import { describeRepetitions } from './table/commits.ts';
import { expectSameRows } from './table/compare.ts';
import { describeFailures } from './table/failures.ts';
import { GoldenSource, plainRows } from './table/golden.ts';
import { describeLoading } from './table/loading.ts';
import type { TableTarget } from './table/place.ts';
import { expectNothingLeft, exportAll, goldenContext, parsed } from './table/session.ts';

jest.setTimeout(120_000);

let server: RedshiftServer;
let clickhouse: TestClickHouse;

beforeAll(async () => {
  [server, clickhouse] = await Promise.all([startRedshiftServer(), startTestClickHouse()]);
}, 60_000);
afterEach(() => server.emulator.faults.clear());
afterAll(async () => {
  await Promise.all([server.stop(), clickhouse.stop()]);
});

/** Without a bucket. */
async function insertPlace(): Promise<RedshiftPlace> {
  const place = await server.place();
  const { bucket: _bucket, copyRole: _role, ...config } = place.config;
  return { ...place, config: { ...config, mode: 'insert' } };
}

const INSERT = /^INSERT INTO "target_\w+"\."_sluice_stage_\w+" VALUES/;

describe('redshift, mode insert', () => {
  const target: TableTarget = {
    kind: 'redshift',
    place: insertPlace,
    childModule: new URL('./redshift-under-test.ts', import.meta.url),
    // As in redshift.test.ts.
    adjust: (row) => ({ ...row, props: row['props']?.replace('1e21', `1${'0'.repeat(21)}`) ?? null }),
    wrongConfigs: () => Promise.resolve([]),
  };
  const ch = (): TestClickHouse['ch'] => clickhouse.ch;
  describe('loading', () => {
    describeLoading(target, ch);
  });
  describe('commits', () => {
    describeRepetitions(target, ch);
  });
  describe('failures', () => {
    // Around the statements that this mode alone has; redshift.test.ts kills at every point.
    describeFailures(target, ch, ['half-way', 'one chunk loaded', 'committing']);
  });
});

describe('values in statements', () => {
  test('quotes, backslashes and tildes arrive; what a literal or a statement cannot hold is set aside', async () => {
    const [place, source] = [await insertPlace(), await GoldenSource.of(clickhouse.ch, plainRows(1, 8))];
    await source.update(
      'txt',
      String.raw`multiIf(id = 1, '~0~1 \\\' -- \\', id = 2, '\'); DROP TABLE x; --', id = 3, repeat('ä', 32767),
        id = 4, repeat('ä', 32768), id = 5, repeat('\'', 40000), id = 6, repeat('x', 50000), ':id $1 ? {fn now()} $$')`,
    );
    await source.update('opt', `if(id = 6, repeat('y', 50000), NULL)`);
    await source.update('props', String.raw`if(id = 7, '{"a":"~1 \' \\\\ \\n \\u00e9 ~"}', '{}')`);
    const refused: string[] = [];
    await exportAll(place, goldenContext(), [source.chunk(0, undefined, refused)]);
    expect(refused).toEqual(['4 txt value_too_long', '5 txt value_too_long', '6 * value_too_long']);
    const expected = (await source.canonical()).filter(({ id }) => !['4', '5', '6'].includes(id ?? ''));
    expectSameRows(await place.rows(), expected);
    await expectNothingLeft(place);
  });

  test('more than forty statements go in several batches', async () => {
    const [place, source] = [
      await insertPlace(),
      await GoldenSource.of(clickhouse.ch, plainRows(1, 121, { textBytes: 60_000 })),
    ];
    await exportAll(place, goldenContext(), [source.chunk()]);
    expectSameRows(await place.rows(), await source.canonical());
    const { Statements = [] } = await server.redshift.client.send(new ListStatementsCommand({ MaxResults: 20 }));
    const inserting = Statements.map(({ QueryStrings = [] }) => QueryStrings.filter((sql) => INSERT.test(sql)).length);
    expect(inserting.filter((count) => count > 0)).toEqual([40, 40, 40]);
  });
});

describe('statements that insert', () => {
  const tenRows = (): Promise<GoldenSource> => GoldenSource.of(clickhouse.ch, plainRows(1, 11));

  test.each([
    ['an answer that is lost: they run once', { operation: 'BatchExecuteStatement', action: 'drop-after', nth: 2 }],
    ['throttling', { operation: 'BatchExecuteStatement', action: { error: 'ThrottlingException' }, nth: 2 }],
  ] as const)('%s', async (_what, rule) => {
    const [place, source] = [await insertPlace(), await tenRows()];
    const fault = server.emulator.faults.request(rule);
    await exportAll(place, goldenContext(), [source.chunk()]);
    expect(fault.hits()).toBe(1);
    expectSameRows(await place.rows(), await source.canonical());
    await expectNothingLeft(place);
  });

  test('reported as failed after they ran: the stage is not used, and the next attempt has every row once', async () => {
    const [place, source] = [await insertPlace(), await tenRows()];
    const context = goldenContext();
    server.emulator.faults.statement({ matches: INSERT, action: 'fail-after-commit', error: 'ERROR: Disk Full' });
    await expect(exportAll(place, context, [source.chunk()])).rejects.toMatchObject({ code: 'redshift_disk_full' });
    await exportAll(place, context, [source.chunk()]);
    expectSameRows(await place.rows(), await source.canonical());
    await expectNothingLeft(place);
  });

  test('an abort cancels them within 5 s', async () => {
    const [place, source] = [await insertPlace(), await tenRows()];
    const controller = new AbortController();
    const context = goldenContext();
    const hanging = server.emulator.faults.statement({ matches: INSERT, action: 'hang' });
    const ended = exportAll(place, { ...context, signal: controller.signal }, [source.chunk()]).catch(
      (error: unknown) => error,
    );
    await eventually(() => expect(hanging.hits()).toBe(1));
    const startedAt = performance.now();
    const reason = new Error('cancelled by the test');
    controller.abort(reason);
    expect(await ended).toBe(reason);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    const started = new ListStatementsCommand({ Status: 'STARTED' });
    await eventually(async () => expect((await server.redshift.client.send(started)).Statements).toEqual([]));
    await exportAll(place, context, [source.chunk()]);
    expectSameRows(await place.rows(), await source.canonical());
    await expectNothingLeft(place);
  });
});

test('the connection check inserts, and leaves nothing', async () => {
  const place = await insertPlace();
  const steps = await place.destination.check(parsed(place.destination, place.config), new AbortController().signal);
  expect(steps.map(({ name, status }) => `${name} ${status}`)).toEqual([
    'identity passed',
    'connect passed',
    'schema passed',
    'table passed',
    'insert passed',
  ]);
  await expectNothingLeft(place);
});
