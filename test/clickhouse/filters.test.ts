import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  filterToPredicate,
  filterToSql,
  type EventFilter,
  type FilterableEvent,
  type SqlFragment,
} from '../../core/filters.ts';
import { NO_PERSON } from '../../core/person.ts';
import { microsOf } from '../../core/time.ts';
import { insertAt } from './events.ts';
import { NUMBER_TEXTS, PROPERTY_KEYS, propertiesText, propertyFilters } from './property-arbitraries.ts';
import { startTestClickHouse, type TestClickHouse } from './server.ts';

let server: TestClickHouse;
beforeAll(async () => {
  server = await startTestClickHouse();
}, 60_000);
afterAll(() => server.stop());

const base = microsOf(new Date(Date.now() - 3_600_000));
let teams = 1;

type Select = (filters: readonly EventFilter[]) => Promise<number[][]>;

/** Stores the events for a team of their own; answers which of them each filter selects in ClickHouse, by position. */
async function stored(events: readonly FilterableEvent[]): Promise<Select> {
  const teamId = (teams += 1);
  await insertAt(
    server.ch,
    events.map((event, index) => ({ ...event, teamId, insertedAtMicros: base + index })),
  );
  return async (filters) => {
    const fragments = filters.map((filter, index) => prefixed(filterToSql(filter), `f${String(index)}_`));
    const [row] = await server.ch.rows<{ selected: number[][] }>({
      sql: `SELECT [${fragments.map(({ sql }) => `arraySort(groupArrayIf(position, ${sql}))`).join()}] AS selected
        FROM (SELECT *, toUnixTimestamp64Micro(inserted_at) - {base:Int64} AS position FROM event_log
          WHERE team_id = {team:UInt32})`,
      params: Object.assign({ base, team: teamId }, ...fragments.map(({ params }) => params)) as Record<
        string,
        unknown
      >,
    });
    return row?.selected ?? [];
  };
}

/** The fragment with other names of its parameters, so that several fit into one query. */
function prefixed({ sql, params }: SqlFragment, prefix: string): SqlFragment {
  const renamed = Object.entries(params).map(([name, value]) => [prefix + name, value] as const);
  return { sql: sql.replaceAll('{filter_', `{${prefix}filter_`), params: Object.fromEntries(renamed) };
}

function selected(events: readonly FilterableEvent[], filter: EventFilter): number[] {
  const matches = filterToPredicate(filter);
  return events.flatMap((event, index) => (matches(event) ? [index] : []));
}

function event(changes: Partial<FilterableEvent>): FilterableEvent {
  const texts = { event: 'e', propertiesJson: '{}', personPropertiesJson: '{}' };
  return { ...texts, uuid: randomUUID(), distinctId: 'u1', personId: NO_PERSON, ...changes };
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
  const events = NAMES.map((name) => event({ event: name }));
  const inClickHouse = await stored(events);
  const names = fc.option(fc.subarray(NAMES), { nil: undefined });
  const filter = fc.tuple(names, names).map(([includeEvents, excludeEvents]) => ({
    ...(includeEvents && { includeEvents }),
    ...(excludeEvents && { excludeEvents }),
  }));
  await fc.assert(
    fc.asyncProperty(fc.array(filter, { minLength: 10, maxLength: 10 }), async (filters) => {
      expect(await inClickHouse(filters)).toEqual(filters.map((each) => selected(events, each)));
    }),
    { numRuns: 6 },
  );
}, 60_000);

test('filters on properties mean the same in SQL and in JavaScript', async () => {
  const events = fc
    .sample(fc.tuple(propertiesText, propertiesText), { numRuns: 400 })
    .map(([propertiesJson, personPropertiesJson]) => event({ propertiesJson, personPropertiesJson }));
  const inClickHouse = await stored(events);
  const filters = fc.array(
    propertyFilters.map((properties) => ({ properties })),
    { minLength: 10, maxLength: 10 },
  );
  let decisions = { yes: 0, no: 0 };
  await fc.assert(
    fc.asyncProperty(filters, async (batch) => {
      const inJavaScript = batch.map((filter) => selected(events, filter));
      expect(await inClickHouse(batch)).toEqual(inJavaScript);
      const yes = inJavaScript.flat().length;
      decisions = { yes: decisions.yes + yes, no: decisions.no + events.length * batch.length - yes };
    }),
    { numRuns: 40 },
  );
  // Otherwise the two could agree by always saying the same.
  expect(Math.min(decisions.yes, decisions.no)).toBeGreaterThan(1_000);
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
  const events = texts.map((propertiesJson) => event({ propertiesJson }));
  const inClickHouse = await stored(events);
  const filters = PROPERTY_KEYS.flatMap((key) =>
    (['is_set', 'is_not_set'] as const).map((operator) => ({
      properties: [{ source: 'event' as const, key, operator }],
    })),
  );
  expect(await inClickHouse(filters)).toEqual(filters.map((filter) => selected(events, filter)));
}, 60_000);

test('every number is compared with every other by its value', async () => {
  const events = NUMBER_TEXTS.map((text) => event({ propertiesJson: `{"a":${text}}` }));
  const inClickHouse = await stored(events);
  for (const operator of ['exact', 'gt', 'lte'] as const) {
    const filters = NUMBER_TEXTS.map((value) => ({
      properties: [{ source: 'event' as const, key: 'a', operator, value }],
    }));
    expect(await inClickHouse(filters)).toEqual(filters.map((filter) => selected(events, filter)));
  }
}, 60_000);

test('a sample means the same in SQL and in JavaScript', async () => {
  const ids = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.constantFrom('', 'u1', 'é', '😀'));
  const person = fc.option(fc.uuid(), { nil: NO_PERSON });
  const events = fc
    .sample(fc.tuple(ids, person), { numRuns: 1_000 })
    .map(([distinctId, personId]) => event({ distinctId: distinctId.replaceAll('\0', ''), personId }));
  const inClickHouse = await stored(events);
  const filters = [0.0001, 1, 12.5, 50, 99.9999, 100].flatMap((percent) =>
    (['person', 'event'] as const).map((by) => ({ sample: { percent, by } })),
  );
  const inJavaScript = filters.map((filter) => selected(events, filter));
  expect(await inClickHouse(filters)).toEqual(inJavaScript);
  expect(inJavaScript.at(-1)).toHaveLength(events.length);
  expect(inJavaScript[6]?.length).toBeGreaterThan(300);
}, 60_000);
