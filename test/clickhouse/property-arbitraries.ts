import fc from 'fast-check';
import { DATE_OPERATORS, EQUALITY_OPERATORS, ORDER_OPERATORS } from '../../core/properties/filter.ts';
import type { PropertyCondition, PropertyFilter, PropertyScalar } from '../../core/properties/filter.ts';

/** Few keys and values, so that filters and events meet often; the values are where two implementations would part. */
export const PROPERTY_KEYS = [
  'a',
  'b',
  'A',
  '',
  'a.b',
  "o'clock",
  'back\\slash',
  'tab\t',
  '"q"',
  'ключ',
  '😀',
  '0',
  '-1',
];

export const NUMBER_TEXTS = [
  ...[
    '0',
    '-0',
    '0.0',
    '-0.0',
    '5',
    '5.0',
    '5e0',
    '50e-1',
    '-1',
    '1.5',
    '0.1',
    '0.30000000000000004',
    '0.3',
    '1e-7',
    '1e21',
  ],
  ...['9007199254740991', '9007199254740992', '9007199254740993', '9007199254740992.0', '-9007199254740993'],
  ...['9223372036854775807', '9223372036854775808', '9223372036854775808.0', '-9223372036854775808', '1e19'],
  ...['18446744073709551615', '18446744073709551616.0', '1.7976931348623157e308', '5e-324', '2.2250738585072011e-308'],
];
/** ClickHouse reads none of them. */
const REFUSED_NUMBER_TEXTS = ['18446744073709551616', '-9223372036854775809', '1e309', '-1e400'];
const DATES = [
  ...['2024-02-28', '2024-02-29', '2023-02-29', '2024-02-30', '2024-02-28T23:59', '2024-02-28 23:59:59.999999Z'],
  ...[
    '2024-02-29T00:00:00+00:00',
    '2024-02-29T05:30:00+05:30',
    '2024-02-28T18:00:00.5-06:00',
    '1969-12-31T23:59:59.9Z',
  ],
  ...[
    '1901-01-01T00:00:00+23:59',
    '2199-12-31T23:59:59.999999-23:59',
    '1900-01-01',
    '2024-2-8',
    '2024-02-28T24:00',
    '2024',
  ],
  ...['1925-06-01T00:00:00.000001', '2024-02-28Z', '20240228', '2024-02-28T10:00:00.1234567Z', '1709164800'],
];
const VALID_DATES = DATES.slice(0, 2).concat(DATES.slice(4, 12));
const TEXTS = [
  ...[
    '',
    'a',
    'A',
    'Straße',
    'STRASSE',
    'É',
    'é',
    'e\u0301',
    'σ',
    'ς',
    'Σ',
    'İ',
    'i',
    'ı',
    'K',
    'k',
    'ſ',
    's',
    '😀',
    'x😀y',
  ],
  ...[
    'true',
    'false',
    'null',
    '%',
    '_',
    "o'clock",
    'back\\slash',
    'line\nbreak',
    'tab\t',
    '"',
    'a.b*c',
    '[x]',
    '\u2028',
  ],
];
const PATTERNS = [
  ...[
    'a',
    '^a$',
    'a.b',
    '^.$',
    '.',
    '[^a]',
    '\\d+',
    '\\w',
    '\\W',
    '\\bb',
    '(?i)É',
    '(?i)k',
    '(?i)σ',
    '(a|b)*c',
    'x*',
    '[😀-😂]',
  ],
  ...[
    '\\x{1F600}',
    '\\pL',
    '\\p{Greek}',
    '[[:alpha:]]',
    '(?m)^b',
    'a$',
    '(?-s)e.b',
    '\\Qa.b*c\\E',
    '\\t',
    '\\s',
    "'",
    '\\\\',
    '\\z',
  ],
];

const text = fc.oneof(fc.constantFrom(...TEXTS, ...NUMBER_TEXTS), fc.string({ unit: 'grapheme', maxLength: 4 }));
const number = fc.oneof(
  fc.constantFrom(...NUMBER_TEXTS),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
);
const jsonText = fc.oneof(
  { weight: 6, arbitrary: fc.oneof(text, fc.constantFrom(...DATES)).map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: text.map(escaped) },
  { weight: 6, arbitrary: number },
  { weight: 2, arbitrary: fc.constantFrom('true', 'false', 'null', '{}', '[]', '{"a":1}', '["a"]', '"\\u0000a"') },
  { weight: 1, arbitrary: fc.json({ maxDepth: 3 }) },
);

/** Every UTF-16 unit as an escape. */
function escaped(value: string): string {
  return `"${value.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`;
}

const key = fc.constantFrom(...PROPERTY_KEYS);
const member = fc
  .tuple(
    fc.oneof(
      key.map((name) => JSON.stringify(name)),
      key.map(escaped),
    ),
    jsonText,
  )
  .map((pair) => pair.join(': '));
const object = fc.array(member, { maxLength: 8 }).map((members) => `{${members.join(' ,')}}`);

/** A properties column: mostly an object, repeated members included; now and then something that nobody can read. */
export const propertiesText = fc.oneof(
  { weight: 20, arbitrary: object },
  { weight: 1, arbitrary: fc.tuple(object, fc.constantFrom('', 'x', '}', ' ')).map((parts) => parts.join('')) },
  { weight: 1, arbitrary: fc.constantFrom(...REFUSED_NUMBER_TEXTS).map((refused) => `{"a":1,"z":[${refused}]}`) },
  { weight: 1, arbitrary: fc.constantFrom('', '[]', '{"a":"\\ud800"}', 'null', '{"a"}') },
);

const filterText = fc.oneof(fc.constantFrom(...TEXTS, ...NUMBER_TEXTS, ...REFUSED_NUMBER_TEXTS), text).map(withoutNul);
const filterNumber = fc.oneof(
  fc.constantFrom(...NUMBER_TEXTS),
  fc.constantFrom(...NUMBER_TEXTS).map(Number),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const scalar: fc.Arbitrary<PropertyScalar> = fc.oneof(filterText, filterNumber, fc.boolean());
const where = fc.record({ key, source: fc.constantFrom('event' as const, 'event' as const, 'person' as const) });

function withoutNul(value: string): string {
  return value.replaceAll('\0', '0');
}

const condition: fc.Arbitrary<PropertyCondition> = fc
  .tuple(
    where,
    fc.oneof(
      fc.record({ operator: fc.constantFrom('is_set' as const, 'is_not_set' as const) }),
      fc.record({
        operator: fc.constantFrom(...EQUALITY_OPERATORS),
        value: fc.oneof(scalar, fc.array(scalar, { maxLength: 5 })),
      }),
      fc.record({
        operator: fc.constantFrom('icontains' as const, 'not_icontains' as const),
        value: filterText.filter((value) => value !== ''),
      }),
      fc.record({
        operator: fc.constantFrom('regex' as const, 'not_regex' as const),
        value: fc.constantFrom(...PATTERNS),
      }),
      fc.record({ operator: fc.constantFrom(...ORDER_OPERATORS), value: filterNumber }),
      fc.record({ operator: fc.constantFrom(...DATE_OPERATORS), value: fc.constantFrom(...VALID_DATES) }),
    ),
  )
  .map(([place, test]) => ({ ...place, ...test }));

const { filter } = fc.letrec<{ filter: PropertyFilter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3 },
    condition,
    fc.record({
      operator: fc.constantFrom('and' as const, 'or' as const),
      filters: fc.array(tie('filter'), { minLength: 1, maxLength: 3 }),
    }),
  ),
}));

export const propertyFilters = fc.array(filter, { minLength: 1, maxLength: 2 });
