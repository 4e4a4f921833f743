import { createHmac, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DuckDBInstance } from '@duckdb/node-api';
import type { ColumnChoice, ColumnSource, PropertyType } from '../../core/column-choice.ts';
import type { PrivacyRules } from '../../core/privacy.ts';
import { microsOf } from '../../core/time.ts';
import { insertAt } from './events.ts';
import { HASH_KEY, jsonLines, readModel } from './read-model.ts';
import { startTestClickHouse, type TestClickHouse } from './server.ts';

let server: TestClickHouse;
let folder: string;
beforeAll(async () => {
  server = await startTestClickHouse();
  folder = await mkdtemp(path.join(tmpdir(), 'sluice-models-'));
  await insertAt(server.ch, [EVENT]);
}, 60_000);
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await server.stop();
});

const base = Math.floor(microsOf(new Date()) / 1_000_000) * 1_000_000 - 3_600_000_000;
const scope = { teamId: 7, filter: {}, range: { startMicros: base, endMicros: base + 1_000_000 } };
const HOSTILE = [
  "o'clock",
  '"q"',
  '`tick`',
  'a.b',
  'back\\slash',
  'ключ',
  '😀',
  '{x:String}',
  'tab\t',
  "'); DROP TABLE event_log --",
];
const PROPERTIES = `{"plan":"pro","n":9007199254740993,"big":123456789012345678901234567890,"price":1.10,"ok":true,"no":null,
 "at":"2026-11-20T10:00:00+01:00","list":[1, {"a":2}],"$set":{"email":"zo\\u00eb@example.com","deep":{"n":18446744073709551615}},
 ${HOSTILE.map((name, index) => `${JSON.stringify(name)}:"hostile ${String(index)}"`).join(',')},"plan":"second"}`;
const EVENT = {
  teamId: scope.teamId,
  uuid: randomUUID(),
  insertedAtMicros: base + 5,
  event: 'order paid',
  distinctId: 'zoë@example.com',
  propertiesJson: PROPERTIES,
  personPropertiesJson: '{"name":"Zoë"}',
  timestamp: '2026-11-22 23:30:00.000001',
};

const hmac = (text: string): string => createHmac('sha256', HASH_KEY).update(text).digest('hex');
const column = (name: string): ColumnSource => ({ kind: 'column', column: name });
const property = (names: string[], type: PropertyType = 'string') =>
  ({ kind: 'property', source: 'event', path: names, type }) as const;

async function one(
  columns: ColumnChoice[] | null,
  privacy: PrivacyRules | null = null,
): Promise<Record<string, unknown>> {
  const [row = {}] = jsonLines(await readModel(server.ch, scope, { columns, privacy }));
  return row;
}

async function value(from: ColumnSource, privacy: PrivacyRules | null = null): Promise<unknown> {
  return (await one([{ name: 'v', from }], privacy))['v'];
}

describe('columns of an export', () => {
  test('are chosen, renamed and ordered; names of the log do not disturb the range or the filter', async () => {
    const columns = [
      { name: 'inserted_at', from: { kind: 'literal', value: 'not a time' } as const },
      { name: 'event', from: { kind: 'literal', value: 'another' } as const },
      { name: 'uuid', from: column('distinct_id') },
      { name: 'it\'s `the` "id"\\', from: column('uuid') },
    ];
    const filter = { includeEvents: ['order paid'] };
    const [row, ...rest] = jsonLines(await readModel(server.ch, { ...scope, filter }, { columns, privacy: null }));
    expect(rest).toEqual([]);
    expect(Object.entries(row ?? {})).toEqual([
      ['inserted_at', 'not a time'],
      ['event', 'another'],
      ['uuid', EVENT.distinctId],
      ['it\'s `the` "id"\\', EVENT.uuid],
    ]);
  });

  test('properties by type; a value of another type is null, text and digits stay', async () => {
    const of = (names: string[], type?: PropertyType): Promise<unknown> => value(property(names, type));
    expect(await of(['plan'])).toBe('pro');
    expect(await of(['missing'])).toBeNull();
    expect(await of(['no'])).toBeNull();
    expect(await of(['n'])).toBe('9007199254740993');
    expect(await of(['price'])).toBe('1.10');
    expect(await of(['big'])).toBe('123456789012345678901234567890');
    expect(await of(['list'])).toBe('[1, {"a":2}]');
    expect(await of(['$set', 'email'])).toBe('zoë@example.com');
    expect(await of(['$set', 'deep', 'n'], 'json')).toBe('18446744073709551615');
    expect(await of(['plan'], 'json')).toBe('"pro"');
    expect(await of(['price'], 'number')).toBe(1.1);
    expect(await of(['plan'], 'number')).toBeNull();
    expect(await of(['ok'], 'boolean')).toBe(true);
    expect(await of(['n'], 'boolean')).toBeNull();
    expect(await of(['at'], 'timestamp')).toBe('2026-11-20T09:00:00.000000Z');
    expect(await of(['n'], 'timestamp')).toBeNull();
    expect(await of(['big'], 'integer')).toBeNull();
  });

  test('hostile names are names', async () => {
    const columns = HOSTILE.map((name) => ({ name: name.replace('\t', ' '), from: property([name]) }));
    expect(Object.values(await one(columns))).toEqual(HOSTILE.map((_, index) => `hostile ${String(index)}`));
  });

  test('computed: parts of a time in its zone, literals, hashes, texts put together', async () => {
    const part = (name: 'date' | 'week' | 'weekday' | 'hour', timeZone?: string): Promise<unknown> =>
      value({ kind: 'date_part', column: 'timestamp', part: name, ...(timeZone && { timeZone }) });
    expect(await part('date')).toBe('2026-11-22');
    expect(await part('date', 'Europe/Berlin')).toBe('2026-11-23');
    expect([await part('weekday'), await part('week'), await part('hour', 'Asia/Kolkata')]).toEqual([7, 47, 5]);
    expect(await value({ kind: 'hash', of: { kind: 'column', column: 'distinct_id' } })).toBe(hmac(EVENT.distinctId));
    expect(await value({ kind: 'hash', of: property(['missing']) })).toBeNull();
    expect(await value({ kind: 'hash', of: { kind: 'column', column: 'timestamp' } })).toBe(
      hmac('2026-11-22T23:30:00.000001Z'),
    );
    const parts = [
      property(['plan']),
      { kind: 'literal', value: '/' } as const,
      property(['missing']),
      property(['n']),
    ];
    expect(await value({ kind: 'concat', parts })).toBe('pro/9007199254740993');
    expect(await value({ kind: 'coalesce', of: [property(['missing']), property(['n'])] })).toBe('9007199254740993');
    expect(await value({ kind: 'literal', value: true })).toBe(true);
  });

  test('privacy comes first: what is chosen from a redacted value is redacted', async () => {
    const privacy: PrivacyRules = {
      drop: [{ source: 'event', path: ['plan'] }],
      hash: [
        { source: 'event', path: ['$set', 'email'] },
        { source: 'person', path: ['*'] },
      ],
      hashDistinctId: true,
      hashPersonId: true,
    };
    const row = await one(null, privacy);
    const hashed = hmac('zoë@example.com');
    expect(row).toMatchObject({
      uuid: EVENT.uuid,
      distinct_id: hashed,
      person_properties: `{"name":"${hmac('Zoë')}"}`,
    });
    const bits = hmac('00000000-0000-0000-0000-000000000000').slice(0, 32);
    expect(String(row['person_id']).replaceAll('-', '')).toBe(bits);
    expect(String(row['properties'])).toContain(`"email":"${hashed}"`);
    expect(String(row['properties'])).toContain('123456789012345678901234567890');
    expect(String(row['properties'])).not.toContain('plan');
    expect(await value(property(['plan']), privacy)).toBeNull();
    expect(await value(property(['$set', 'email']), privacy)).toBe(hashed);
    const filter = { properties: [{ key: 'name', source: 'person', operator: 'exact', value: 'Zoë' } as const] };
    expect(jsonLines(await readModel(server.ch, { ...scope, filter }, { columns: null, privacy }))).toHaveLength(1);
  });

  test('Parquet has their names and types', async () => {
    const columns: ColumnChoice[] = [
      { name: 'id', from: column('uuid') },
      { name: 'n', from: property(['n'], 'integer') },
      { name: 'price', from: property(['price'], 'number') },
      { name: 'ok', from: property(['ok'], 'boolean') },
      { name: 'at', from: property(['at'], 'timestamp') },
      { name: 'day', from: { kind: 'date_part', column: 'timestamp', part: 'date' } },
      { name: "ключ 'q'", from: property(['ключ']) },
    ];
    const file = path.join(folder, 'rows.parquet');
    const format = { fileFormat: 'parquet', compression: 'zstd' } as const;
    await writeFile(file, await readModel(server.ch, scope, { columns, privacy: null }, format));
    const duck = await (await DuckDBInstance.create()).connect();
    const read = await duck.runAndReadAll(`SELECT * FROM read_parquet('${file}')`);
    expect(read.columnNames()).toEqual(columns.map(({ name }) => name));
    expect(read.columnTypes().map(String)).toEqual([
      'VARCHAR',
      'BIGINT',
      'DOUBLE',
      'BOOLEAN',
      'TIMESTAMP WITH TIME ZONE',
      'DATE',
      'VARCHAR',
    ]);
    expect(read.getRowsJson()).toMatchObject([
      [EVENT.uuid, '9007199254740993', 1.1, true, expect.stringContaining('2026-11-20'), '2026-11-22', 'hostile 5'],
    ]);
    duck.closeSync();
  });
});
