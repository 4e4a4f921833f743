import { expect, test } from '@jest/globals';
import {
  gapsIn,
  newGroup,
  readFilters,
  refusedPlaces,
  saidOf,
  typedValue,
  withOperator,
  type Condition,
  type Filter,
} from './conditions.ts';

const PLAN: Condition = { operator: 'exact', source: 'event', key: 'plan', value: 'pro' };

test('another operator keeps of the value what it can take', () => {
  expect(withOperator(PLAN, 'in')).toEqual({ ...PLAN, operator: 'in', value: ['pro'] });
  expect(withOperator(PLAN, 'is_set')).toEqual({ operator: 'is_set', source: 'event', key: 'plan' });
  expect(withOperator(withOperator(PLAN, 'is_set'), 'gt')).toEqual({ ...PLAN, operator: 'gt', value: '' });
  const many = { ...PLAN, operator: 'in' as const, value: ['a', 'b'] };
  expect(withOperator(many, 'exact').value).toEqual(['a', 'b']);
  expect(withOperator(many, 'icontains').value).toBe('a');
});

test('a number is one only where numbers are wanted and nothing is lost', () => {
  expect(typedValue('gte', '12.5')).toBe(12.5);
  expect(typedValue('gte', '9007199254740993')).toBe('9007199254740993');
  expect(typedValue('gte', '1.')).toBe('1.');
  expect(typedValue('exact', '12')).toBe('12');
  expect(typedValue('lt', '')).toBe('');
});

test('what is stored is shown as conditions, whatever the API takes; other JSON is not', () => {
  const or = (...filters: unknown[]): unknown => ({ operator: 'or', filters });
  expect(readFilters(undefined)).toEqual([]);
  expect(readFilters([PLAN, or(or(or({ operator: 'is_set', source: 'person', key: 'vip' })))])).toHaveLength(2);
  expect(readFilters([or(or(or(or(PLAN))))])).toBeUndefined();
  for (const other of [{}, 'text', [1], [{ ...PLAN, operator: 'like' }], [{ ...PLAN, extra: 1 }], [{ key: 'plan' }]]) {
    expect(readFilters(other)).toBeUndefined();
  }
});

test('what is not filled in is named by its place', () => {
  const filters: Filter[] = [
    { ...PLAN, value: '' },
    { operator: 'is_set', source: 'event', key: '' },
    { operator: 'or', filters: [PLAN, { operator: 'in', source: 'person', key: 'country', value: [] }] },
    { operator: 'gt', source: 'event', key: 'total', value: '' },
  ];
  expect(gapsIn(filters)).toEqual({
    '1.key': 'Name a property.',
    '2.filters.1.value': 'Give a value.',
    '3.value': 'Give a value.',
  });
  expect(gapsIn([newGroup('and')])).toEqual({ '0.filters.0.key': 'Name a property.' });
  const refused = [
    { field: 'properties.2.filters.1.value.0', message: 'no' },
    { field: 'url', message: 'bad' },
  ];
  expect(saidOf(refusedPlaces(refused, 'properties.'), '2.filters.1.value')).toBe('no');
  expect(saidOf({ '2.filters.1.value': 'no' }, '2.filters.1.key')).toBeUndefined();
});
