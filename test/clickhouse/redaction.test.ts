import { createHmac, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { PropertyPath } from '../../core/privacy.ts';
import { elementSpans, members } from '../../core/json-spans.ts';
import { microsOf } from '../../core/time.ts';
import { insertAt } from './events.ts';
import { HASH_KEY, jsonLines, readModel } from './read-model.ts';
import { startTestClickHouse, type TestClickHouse } from './server.ts';

let server: TestClickHouse;
beforeAll(async () => {
  server = await startTestClickHouse();
}, 60_000);
afterAll(() => server.stop());

const base = Math.floor(microsOf(new Date()) / 1_000_000) * 1_000_000 - 3_600_000_000;
const range = { startMicros: base, endMicros: base + 1_000_000 };
let nextTeam = 1;

const hmac = (text: string): string => createHmac('sha256', HASH_KEY).update(text).digest('hex');

/** Inserts the texts as `properties` of a new team's events; answers them as an export with the rules writes them. */
async function insertedTexts(texts: readonly string[]): Promise<(rules: Rules) => Promise<string[]>> {
  nextTeam += 1;
  const teamId = nextTeam;
  await insertAt(
    server.ch,
    texts.map((propertiesJson, index) => ({
      teamId,
      uuid: randomUUID(),
      insertedAtMicros: base + index,
      propertiesJson,
    })),
  );
  return async ({ drop, hash }) => {
    const path = (names: string[]): PropertyPath => ({ source: 'event', path: names });
    const privacy = { drop: drop.map(path), hash: hash.map(path), hashDistinctId: false, hashPersonId: false };
    const columns = [
      { name: 'inserted_at', from: { kind: 'column', column: 'inserted_at' } as const },
      { name: 'properties', from: { kind: 'column', column: 'properties' } as const },
    ];
    const bytes = await readModel(server.ch, { teamId, filter: {}, range }, { columns, privacy });
    const rows = jsonLines(bytes) as { inserted_at: string; properties: string }[];
    return rows.sort((a, b) => (a.inserted_at < b.inserted_at ? -1 : 1)).map(({ properties }) => properties);
  };
}

interface Rules {
  drop: string[][];
  hash: string[][];
}

async function redact(text: string, rules: Partial<Rules>): Promise<string> {
  const read = await insertedTexts([text]);
  const [redacted = ''] = await read({ drop: [], hash: [], ...rules });
  return redacted;
}

/** What redaction means, member by member. */
function reference(text: string, { drop, hash }: Rules): string {
  const at = text.search(/\S/);
  const rules = [
    ...drop.map((path) => ({ path, action: 'drop' as const })),
    ...hash.map((path) => ({ path, action: 'hash' as const })),
  ];
  const written: string[] = [];
  for (const [name, { start, end }] of members(text, at)) {
    const mine = rules.filter(({ path }) => pattern(path[0] ?? '').test(name));
    const own = mine.filter(({ path }) => path.length === 1);
    const value = text.slice(start, end);
    if (own.some(({ action }) => action === 'drop')) {
      continue;
    }
    written.push(`${JSON.stringify(name)}:${own.length > 0 ? hashed(value) : within(value, mine)}`);
  }
  return `{${written.join(',')}}`;
}

function within(value: string, mine: { path: string[]; action: 'drop' | 'hash' }[]): string {
  const deeper = (action: string): string[][] =>
    mine.filter((rule) => rule.action === action).map(({ path }) => path.slice(1));
  return mine.length > 0 && value.startsWith('{')
    ? reference(value, { drop: deeper('drop'), hash: deeper('hash') })
    : value;
}

function hashed(value: string): string {
  if (value === 'null') {
    return value;
  }
  return `"${hmac(value.startsWith('"') ? (JSON.parse(value) as string) : value)}"`;
}

function pattern(name: string): RegExp {
  return new RegExp(`^${name.split('*').map(escaped).join('.*')}$`, 's');
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.|?*+()[\]{}]/g, String.raw`\$&`);
}

const NAMES = [
  'a',
  'b',
  'email',
  '',
  'a.b',
  "o'clock",
  'back\\slash',
  '"q"',
  '`tick`',
  '{',
  '}:,',
  'ключ',
  '😀',
  'tab\t',
  '\0',
];
const name = fc.constantFrom(...NAMES);
const space = fc.constantFrom('', '', '', ' ', '\n', '\t ', '\r\n');
/** As JSON may write it: some characters as escapes by number. */
const string = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(text, fc.boolean())
    .map(([plain, numbered]) =>
      numbered
        ? `"${[...Array(plain.length).keys()].map((at) => `\\u${plain.charCodeAt(at).toString(16).padStart(4, '0')}`).join('')}"`
        : JSON.stringify(plain),
    );
const { value } = fc.letrec<{ value: string; object: string; array: string }>((tie) => ({
  object: fc
    .array(fc.tuple(space, string(name), space, space, tie('value'), space), { maxLength: 5 })
    .map((list) => `{${list.map(([a, key, b, c, of, d]) => `${a}${key}${b}:${c}${of}${d}`).join(',')}}`),
  array: fc
    .array(fc.tuple(space, tie('value'), space), { maxLength: 3 })
    .map((list) => `[${list.map((parts) => parts.join('')).join(',')}]`),
  value: fc.oneof(
    { maxDepth: 4 },
    string(fc.constantFrom('x', 'a"b', '\\', '\\"', '{"email":"y"}', ',', 'ü\0', 'a@b.c', '')),
    fc.constantFrom(
      '9007199254740993',
      '18446744073709551615',
      '123456789012345678901234567890',
      '-1.50e+10',
      'true',
      'null',
    ),
    tie('object'),
    tie('array'),
  ),
}));
const object = fc
  .array(fc.tuple(space, string(name), space, space, value, space), { maxLength: 6 })
  .map((list) => `{${list.map(([a, key, b, c, of, d]) => `${a}${key}${b}:${c}${of}${d}`).join(',')}}`);
const storable = NAMES.filter((text) => !text.includes('\0') && !text.includes('\\'));
const path = fc.array(fc.constantFrom(...storable, '*', 'e*', '*i*'), { minLength: 1, maxLength: 3 });
const rules = fc.record({ drop: fc.array(path, { maxLength: 2 }), hash: fc.array(path, { maxLength: 2 }) });

/** Space is no difference, and names may be written with other escapes; everything else is. */
function canonical(text: string): string {
  const value = text.trim();
  if (value.startsWith('[')) {
    const elements = elementSpans(value, 0).map(({ start, end }) => canonical(value.slice(start, end)));
    return `[${elements.join(',')}]`;
  }
  if (!value.startsWith('{')) {
    return value;
  }
  const written = [...members(value, 0)].map(
    ([key, { start, end }]) => `${JSON.stringify(key)}:${canonical(value.slice(start, end))}`,
  );
  return `{${written.join(',')}}`;
}

describe('redaction in ClickHouse', () => {
  test('does what the reference does, for any JSON and any rules', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(object, { minLength: 80, maxLength: 80 }),
        fc.array(rules, { minLength: 2, maxLength: 2 }),
        async (texts, several) => {
          const read = await insertedTexts(texts);
          for (const one of several) {
            const got = (await read(one)).map(canonical);
            const untouched = one.drop.length + one.hash.length === 0;
            const wrong = texts.findIndex(
              (text, index) => got[index] !== canonical(untouched ? text : reference(text, one)),
            );
            const text = texts[wrong];
            expect(text === undefined ? undefined : { text, one, got: got[wrong] }).toBeUndefined();
          }
        },
      ),
      { numRuns: 4, endOnFailure: true },
    );
  }, 120_000);

  test('keeps every other character', async () => {
    const text =
      '{ "big" : 123456789012345678901234567890 ,"n":9007199254740993,"f":1.50,"t":"\\u00e9 \\ud83d\\ude00 é😀\\/","email":"x","e":-0.0e+5}';
    expect(await redact(text, { drop: [['email']] })).toBe(
      '{"big" : 123456789012345678901234567890,"n":9007199254740993,"f":1.50,"t":"\\u00e9 \\ud83d\\ude00 é😀\\/","e":-0.0e+5}',
    );
  });

  test('hashes as HMAC-SHA-256 of what a string stands for', async () => {
    const hashedEmail = `"${hmac('zoë@example.com')}"`;
    const text = '{"email":"zo\\u00eb@example.com","$set":{"email":"zoë@example.com","n":1},"n":12.50,"no":null}';
    expect(await redact(text, { hash: [['email'], ['$set', 'email'], ['n'], ['no']] })).toBe(
      `{"email":${hashedEmail},"$set":{"email":${hashedEmail},"n":1},"n":"${hmac('12.50')}","no":null}`,
    );
  });

  test('leaves nothing that it cannot tell apart', async () => {
    const rule = { drop: [['email']] };
    expect(await redact('{"email" "x"}', rule)).toBe('{}');
    expect(await redact('{"a":1,"email":"x', rule)).toBe('{}');
    expect(await redact('["email","x"]', rule)).toBe('{}');
    expect(await redact('{"em\\ud800ail":"x","a":1}', rule)).toBe('{"a":1}');
    expect(await redact('{"a":"\\ud800","email":"x"}', rule)).toBe('{"a":"\\ud800"}');
    expect(await redact('{"\\u0065mail":"x","email":"y","a":1}', rule)).toBe('{"a":1}');
  });

  test('patterns: an asterisk is any text, an escaped one itself', async () => {
    const text = '{"$geoip_city":1,"*":2,"a*b":3,"axb":4,"$set":{"$geoip_city":5,"keep":6}}';
    expect(await redact(text, { drop: [['$geoip_*'], ['$set', '$geoip_*'], ['a\\*b']] })).toBe(
      '{"*":2,"axb":4,"$set":{"keep":6}}',
    );
    expect(await redact(text, { drop: [['\\*']] })).toBe(
      '{"$geoip_city":1,"a*b":3,"axb":4,"$set":{"$geoip_city":5,"keep":6}}',
    );
  });
});
