import { createHmac, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sqlModel } from '../../clickhouse/models/sql.ts';
import { openChunk } from '../../clickhouse/read-chunk.ts';
import type { PrivacyRules } from '../../core/privacy.ts';
import { fileEncoding } from '../../destinations/file-encoding.ts';
import { insertAt, YESTERDAY_NOON_MS } from './events.ts';
import { HASH_KEY, JSON_LINES, jsonLines } from './read-model.ts';
import { startTestClickHouse, type TestClickHouse } from './server.ts';

/** A query only ever meets what the privacy rules of its export leave of an event, wherever it looks. */

const START = YESTERDAY_NOON_MS * 1_000;
const RANGE = { startMicros: START, endMicros: START + 3_600_000_000 };
const EMAIL = 'canary@example.com';
const RULES: PrivacyRules = {
  drop: [
    { source: 'event', path: ['email'] },
    { source: 'event', path: ['address', '*street'] },
    { source: 'person', path: ['*'] },
  ],
  hash: [{ source: 'event', path: ['card'] }],
  hashDistinctId: true,
  hashPersonId: true,
};
const hmac = (text: string): string => createHmac('sha256', HASH_KEY).update(text).digest('hex');

let server: TestClickHouse;
beforeAll(async () => {
  server = await startTestClickHouse();
  const twin = randomUUID();
  const properties = `{"email":"${EMAIL}","card":"4711","plan":"pro","address":{"street":"${EMAIL}","city":"Bonn"}}`;
  const row = { teamId: 1, event: 'paid', distinctId: EMAIL, propertiesJson: properties };
  await insertAt(server.ch, [
    { ...row, insertedAtMicros: START, uuid: twin },
    // Captured twice: that part of `events` is read in another way.
    { ...row, insertedAtMicros: START + 1, uuid: twin },
    { ...row, insertedAtMicros: START + 2, event: 'left' },
  ]);
});
afterAll(() => server.stop());

async function rowsOf(text: string, privacy: PrivacyRules | null = RULES): Promise<Record<string, unknown>[]> {
  const hides = privacy === null ? {} : { hides: { privacy, hashKey: HASH_KEY } };
  const query = { text, key: [], versionColumn: null };
  const model = await sqlModel(server.ch, query, { scope: { teamId: 1, range: RANGE, ...hides }, mode: 'append' });
  const scope = { teamId: 1, filter: {}, range: RANGE, model };
  const part = { scope, chunk: { ...RANGE, expectedRows: 0 } };
  const encoding = fileEncoding(JSON_LINES, model.columns);
  const stream = await openChunk(server.ch, part, encoding, { queryId: randomUUID() }, new AbortController().signal);
  const parts: Uint8Array[] = [];
  for await (const bytes of stream.body) {
    parts.push(bytes);
  }
  return jsonLines(Buffer.concat(parts));
}

describe('privacy rules of an export of a query', () => {
  test('change what the query reads', async () => {
    const rows = await rowsOf('SELECT event, properties, person_properties, distinct_id FROM events ORDER BY event');
    const seen = {
      properties: `{"card":"${hmac('4711')}","plan":"pro","address":{"city":"Bonn"}}`,
      ...{ person_properties: '{}', distinct_id: hmac(EMAIL) },
    };
    expect(rows).toEqual([
      { event: 'left', ...seen },
      { event: 'paid', ...seen },
    ]);
  });

  test.each([
    ['in conditions', `SELECT count() AS n FROM events WHERE JSONExtractString(properties, 'email') != ''`],
    [
      'in the text itself',
      `SELECT count() AS n FROM events WHERE position(toJSONString(tuple(event, properties, person_properties, distinct_id, toString(person_id))), '${EMAIL}') > 0`,
    ],
    ['in WITH', `WITH e AS (SELECT * FROM events) SELECT count() AS n FROM e WHERE distinct_id = '${EMAIL}'`],
    [
      'in joins',
      `SELECT count() AS n FROM events AS a JOIN events AS b ON a.uuid = b.uuid WHERE position(b.properties, '${EMAIL}') > 0`,
    ],
    [
      'under names of our own expressions',
      `WITH '${EMAIL}' AS member_0, 'x' AS text, 1 AS index, ':' AS piece, '{}' AS object_0
        SELECT count() AS n FROM events WHERE position(properties, '${EMAIL}') > 0`,
    ],
  ])('hide it %s', async (_where, text) => {
    expect(await rowsOf(text)).toEqual([{ n: 0 }]);
  });

  test('keep joins by a hash possible', async () => {
    const text = `SELECT distinct_id = '${hmac(EMAIL)}' AS same, count() AS n FROM events GROUP BY same`;
    expect(await rowsOf(text)).toEqual([{ same: 1, n: 2 }]);
  });

  test('are not in the error of a value that cannot be converted, nor is the key', async () => {
    const failed = rowsOf('SELECT toUInt64(distinct_id) AS n FROM events');
    const error = await failed.then(
      () => undefined,
      (thrown: unknown) => thrown as Error,
    );
    expect(error).toMatchObject({ code: 'query_invalid' });
    const pads = [0x36, 0x5c].map((pad) => Buffer.from(HASH_KEY.map((byte) => byte ^ pad)).toString('hex'));
    for (const secret of [EMAIL, ...pads]) {
      expect(error?.message).not.toContain(secret);
    }
  });

  test('without rules a query sees all of it', async () => {
    expect(await rowsOf(`SELECT count() AS n FROM events WHERE distinct_id = '${EMAIL}'`, null)).toEqual([{ n: 2 }]);
  });
});
