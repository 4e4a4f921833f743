import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readKeys } from '../../clickhouse/tail.ts';
import { filterToPredicate, type EventFilter, type FilterableEvent } from '../../core/filters.ts';
import { microsOf } from '../../core/time.ts';
import { insertAt } from './events.ts';
import { PROPERTY_KEYS, propertiesText, propertyFilters } from './property-arbitraries.ts';
import { startTestClickHouse, type TestClickHouse } from './server.ts';

let server: TestClickHouse;
beforeAll(async () => {
  server = await startTestClickHouse();
}, 60_000);
afterAll(() => server.stop());

const base = microsOf(new Date(Date.now() - 3_600_000));
let teams = 1;

/** Stores the events for a team of their own; answers which of them a filter selects in ClickHouse, by position. */
async function stored(events: readonly FilterableEvent[]): Promise<(filter: EventFilter) => Promise<number[]>> {
  const teamId = (teams += 1);
  await insertAt(
    server.ch,
    events.map((event, index) => ({ ...event, teamId, insertedAtMicros: base + index })),
  );
  return async (filter) => {
    const keys = await readKeys(server.ch, { teamIds: [teamId], fromMicros: base, limit: events.length + 1, filter });
    return keys.map((key) => key.insertedAtMicros - base);
  };
}

function selected(events: readonly FilterableEvent[], filter: EventFilter): number[] {
  const matches = filterToPredicate(filter);
  return events.flatMap((event, index) => (matches(event) ? [index] : []));
}

const NAMES = [
  'a',
  'A',
  "o'clock",
  'back\\slash',
  'tab\t',
  'line\nbreak',
  '"quoted"',
  '😀',
  '',
  ' ',
  '%',
  '$pageview',
  'a,b',
  "['a']",
];

test('names of events mean the same in SQL and in JavaScript', async () => {
  const events = NAMES.map((event) => ({ event, propertiesJson: '{}', personPropertiesJson: '{}' }));
  const inClickHouse = await stored(events);
  const names = fc.option(fc.subarray(NAMES), { nil: undefined });
  await fc.assert(
    fc.asyncProperty(names, names, async (includeEvents, excludeEvents) => {
      const filter = { ...(includeEvents && { includeEvents }), ...(excludeEvents && { excludeEvents }) };
      expect(await inClickHouse(filter)).toEqual(selected(events, filter));
    }),
    { numRuns: 60 },
  );
}, 60_000);

test('filters on properties mean the same in SQL and in JavaScript', async () => {
  const events = fc
    .sample(fc.tuple(propertiesText, propertiesText), { numRuns: 400, seed: Date.now() })
    .map(([propertiesJson, personPropertiesJson]) => ({ event: 'e', propertiesJson, personPropertiesJson }));
  const inClickHouse = await stored(events);
  await fc.assert(
    fc.asyncProperty(propertyFilters, async (properties) => {
      const [inSql, inJavaScript] = [await inClickHouse({ properties }), selected(events, { properties })];
      const differing = events.filter((_event, index) => inSql.includes(index) !== inJavaScript.includes(index));
      expect(differing).toEqual([]);
    }),
    { numRuns: 200 },
  );
}, 120_000);

test('what one reader cannot read, the other cannot', async () => {
  const deep = (levels: number) => `{"a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
  const texts = [
    ...['', ' ', 'nope', '[1]', '"x"', 'null', '{"a":1}x', '{"a":01}', '{"a":1.}', '{"a":"\t"}', '{a:1}', '{"a":1,}'],
    ...['\ufeff{"a":1}', ' {"a":1}\n', '{"a":1,"a":"2"}', '{"\\u0061":1}', '{"a":"\\u0000"}', '{"a":"\\\\ud800"}'],
    ...['{"a":"\\ud800"}', '{"b":"\\udc00","a":1}', '{"\\ud800":1,"a":1}', '{"a":"\\ud83d\\ude00"}'],
    ...['{"a":1e400}', '{"b":[-1e400],"a":1}', '{"a":1e-400}', '{"a":-0}', '{"a":-0.0}', '{"a":0e99}'],
    ...['{"a":18446744073709551615}', '{"a":18446744073709551616}', '{"b":{"c":-9223372036854775809},"a":1}'],
    ...['{"a":-9223372036854775808}', '{"a":123456789012345678901234567890.5}', '{"a":null}', '{}', '{"":1}'],
    ...[deep(1_023), deep(1_024), deep(1_025)],
  ];
  const events = texts.map((propertiesJson) => ({ event: 'e', propertiesJson, personPropertiesJson: '{}' }));
  const inClickHouse = await stored(events);
  for (const key of PROPERTY_KEYS) {
    for (const operator of ['is_set', 'is_not_set'] as const) {
      const filter: EventFilter = { properties: [{ source: 'event', key, operator }] };
      expect([key, operator, await inClickHouse(filter)]).toEqual([key, operator, selected(events, filter)]);
    }
  }
}, 60_000);
