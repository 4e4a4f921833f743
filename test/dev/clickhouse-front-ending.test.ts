import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { startFront, type Front } from './support/front.ts';

let front: Front;
let client: Front['client'];
let rowsOf: Front['rowsOf'];

beforeAll(async () => {
  front = await startFront();
  ({ client, rowsOf } = front);
}, 120_000);

afterAll(() => front.stop(), 60_000);

describe('ending a query', () => {
  const ENDLESS = 'SELECT sum(sipHash64(number)) FROM numbers(100000000000)';
  const STREAM = 'SELECT number FROM numbers(100000000000) SETTINGS max_threads = 1, max_block_size = 8192';

  async function running(marker: string): Promise<number> {
    const rows = await rowsOf<{ n: number }>(
      "SELECT toInt32(count()) AS n FROM system.processes WHERE Settings['log_comment'] = {marker:String}",
      { query_params: { marker } },
    );
    return rows[0]?.n ?? -1;
  }

  test.each([
    ['computes', ENDLESS],
    ['streams', STREAM],
  ])('a client that leaves ends its query while it %s', async (what, query) => {
    const controller = new AbortController();
    const query_id = `leaver-${what}`;
    const leaving = once(controller.signal, 'abort');
    const left = client.query({ query, format: 'JSONEachRow', query_id, abort_signal: controller.signal }).then(
      // A stream answers at once: it is left when the query was seen.
      (result) => leaving.then(() => result.close()),
      () => undefined,
    );
    await eventually(async () => expect(await running(query_id)).toBe(1));
    controller.abort();
    await left;
    await eventually(async () => expect(await running(query_id)).toBe(0));
  });

  test('KILL QUERY by query_id ends it with an error', async () => {
    const outcome = client.query({ query: ENDLESS, query_id: 'victim' }).then(
      () => undefined,
      (error: unknown) => error,
    );
    await eventually(async () => expect(await running('victim')).toBe(1));
    await client.command({ query: 'KILL QUERY WHERE query_id = {id:String} SYNC', query_params: { id: 'victim' } });
    expect(await outcome).toMatchObject({ code: '394' });
  });

  test('more clients leaving than there are sessions do not use them up', async () => {
    for (let round = 0; round < 3; round += 1) {
      await Promise.all(
        Array.from({ length: 20 }, async () => {
          const { stream } = await client.exec({ query: `${STREAM} FORMAT JSONEachRow` });
          stream.destroy();
        }),
      );
    }
    expect(await rowsOf('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  }, 60_000);
});
