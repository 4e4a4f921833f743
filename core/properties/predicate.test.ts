import { describe, expect, test } from '@jest/globals';
import { filterToPredicate } from '../filters.ts';
import type { PropertyCondition, PropertyFilter } from './filter.ts';

const NOBODYS = { uuid: 'e', distinctId: 'u1', personId: '' };

type Test = PropertyCondition extends infer C ? (C extends unknown ? Omit<C, 'key' | 'source'> : never) : never;

function holds(propertiesJson: string, ...properties: PropertyFilter[]): boolean {
  const texts = { propertiesJson, personPropertiesJson: '{"plan":"pro"}' };
  return filterToPredicate({ properties })({ ...NOBODYS, event: 'e', ...texts });
}

/** A condition on the property `a`. */
function a(condition: Test): PropertyFilter {
  return { key: 'a', source: 'event', ...condition };
}

/** [value as JSON; undefined: missing, condition, expected] */
const CASES: [json: string | undefined, condition: Test, expected: boolean][] = [
  ['0', { operator: 'is_set' }, true],
  ['""', { operator: 'is_set' }, true],
  ['{}', { operator: 'is_set' }, true],
  ['null', { operator: 'is_set' }, false],
  [undefined, { operator: 'is_set' }, false],
  ['null', { operator: 'is_not_set' }, true],
  [undefined, { operator: 'is_not_set' }, true],
  ['"x"', { operator: 'exact', value: 'x' }, true],
  ['"X"', { operator: 'exact', value: 'x' }, false],
  ['"x"', { operator: 'exact', value: ['y', 'x'] }, true],
  ['42', { operator: 'exact', value: '42' }, true],
  ['"42"', { operator: 'exact', value: 42 }, true],
  ['42.0', { operator: 'exact', value: 42 }, true],
  ['true', { operator: 'exact', value: 'true' }, true],
  ['1', { operator: 'exact', value: true }, false],
  ['9007199254740993', { operator: 'exact', value: '9007199254740992' }, false],
  ['9007199254740993', { operator: 'exact', value: '9007199254740993' }, true],
  ['["x"]', { operator: 'exact', value: 'x' }, false],
  ['"x"', { operator: 'is_not', value: 'x' }, false],
  [undefined, { operator: 'is_not', value: 'x' }, true],
  ['"x"', { operator: 'in', value: ['x', 'y'] }, true],
  ['null', { operator: 'not_in', value: ['x', 'y'] }, true],
  ['"CAFÉ"', { operator: 'icontains', value: 'fé' }, true],
  ['"a.b"', { operator: 'icontains', value: 'A.B' }, true],
  ['"axb"', { operator: 'icontains', value: 'a.b' }, false],
  ['42', { operator: 'icontains', value: '4' }, false],
  ['42', { operator: 'not_icontains', value: '4' }, true],
  ['"a\\nb"', { operator: 'regex', value: '^a.b$' }, true],
  ['"b"', { operator: 'not_regex', value: 'a' }, true],
  ['9007199254740993', { operator: 'gt', value: 9007199254740992 }, true],
  ['18446744073709551615', { operator: 'lt', value: 1.8446744073709552e19 }, true],
  ['1.5', { operator: 'gte', value: '1.5' }, true],
  ['1.5', { operator: 'lte', value: 1 }, false],
  ['"5"', { operator: 'gt', value: 1 }, false],
  ['"2024-02-29"', { operator: 'is_date_after', value: '2024-02-28T23:59:59.999999Z' }, true],
  ['"2024-02-29T01:00:00+02:00"', { operator: 'is_date_before', value: '2024-02-29' }, true],
  ['"2023-02-29"', { operator: 'is_date_after', value: '2020-01-01' }, false],
  ['1709164800', { operator: 'is_date_after', value: '2020-01-01' }, false],
];

describe('a condition', () => {
  test.each(CASES)('on %s: %j is %s', (json, condition, expected) => {
    expect(holds(json === undefined ? '{}' : `{"a":${json}}`, a(condition))).toBe(expected);
  });

  test('never holds on JSON that ClickHouse cannot read', () => {
    for (const json of ['', 'nope', '[]', '{"a":1e400}', '{"a":18446744073709551616}', '{"b":"\\ud800"}']) {
      expect([json, holds(json, a({ operator: 'is_not', value: 'x' }))]).toEqual([json, false]);
      expect([json, holds(json, a({ operator: 'is_set' }))]).toEqual([json, false]);
    }
  });

  test('takes keys literally, the first of repeated members, and either source', () => {
    expect(holds('{"a":{"b":1}}', { key: 'a.b', source: 'event', operator: 'is_set' })).toBe(false);
    expect(holds('{"a.b":1}', { key: 'a.b', source: 'event', operator: 'is_set' })).toBe(true);
    expect(holds('{"a":1,"a":2}', a({ operator: 'exact', value: 1 }))).toBe(true);
    expect(holds('{}', { key: '__proto__', source: 'event', operator: 'is_set' })).toBe(false);
    expect(holds('{}', { key: 'plan', source: 'person', operator: 'exact', value: 'pro' })).toBe(true);
  });
});

test('conditions are all wanted; a group says otherwise', () => {
  const [one, two] = [a({ operator: 'exact', value: 1 }), a({ operator: 'exact', value: 2 })];
  expect(holds('{"a":1}', one, two)).toBe(false);
  expect(holds('{"a":1}', { operator: 'or', filters: [one, two] })).toBe(true);
  expect(holds('{"a":3}', { operator: 'or', filters: [one, { operator: 'and', filters: [two] }] })).toBe(false);
});

test('JSON is read once for an event, and not at all without property filters', () => {
  let reads = 0;
  const event = {
    event: 'e',
    ...NOBODYS,
    personPropertiesJson: '{}',
    get propertiesJson() {
      reads += 1;
      return '{"a":1}';
    },
  };
  expect(filterToPredicate({ includeEvents: ['e'] })(event)).toBe(true);
  expect(filterToPredicate({ excludeEvents: ['e'], properties: [a({ operator: 'is_set' })] })(event)).toBe(false);
  expect(reads).toBe(0);
  for (const value of [1, 2, 3]) {
    expect(filterToPredicate({ properties: [a({ operator: 'exact', value })] })(event)).toBe(value === 1);
  }
  expect(reads).toBe(1);
});
