import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { variableNames, type SecretPlace } from './variable-names.ts';

const secretOf = (name: string): SecretPlace => ({
  section: 'destinations',
  name,
  path: ['config', 'secret_access_key'],
});

test('a variable is named after what it is for', () => {
  const secrets: SecretPlace[] = [secretOf('Café, 2'), { section: 'webhooks', name: 'orders', path: ['headers'] }];
  expect(secrets.map(variableNames(secrets))).toEqual([
    'DESTINATION_CAFE_2_SECRET_ACCESS_KEY',
    'WEBHOOK_ORDERS_HEADERS',
  ]);
});

test('names that differ in punctuation, case or script only have variables of their own', () => {
  const secrets = ['lake 1', 'lake-1', 'Lake 1', '湖', '海', 'pond'].map(secretOf);
  const names = secrets.map(variableNames(secrets));
  expect(new Set(names).size).toBe(secrets.length);
  expect(names.at(-1)).toBe('DESTINATION_POND_SECRET_ACCESS_KEY');
  expect(names.filter((name) => !/^[A-Z][A-Z0-9_]+$/.test(name))).toEqual([]);
});

test('where a name ends and a field begins is no matter', () => {
  const secrets: SecretPlace[] = [
    { section: 'destinations', name: 'a', path: ['config', 'sas_token'] },
    { section: 'destinations', name: 'a sas', path: ['config', 'token'] },
  ];
  expect(new Set(secrets.map(variableNames(secrets))).size).toBe(2);
});

test('each has its own whatever the names are, and one more of them gives nobody’s secret to another', () => {
  const name = fc.string({ maxLength: 4, unit: fc.constantFrom('a', 'A', '-', ' ', '_', 'é') });
  fc.assert(
    fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 6 }), (all) => {
      const secrets = all.map(secretOf);
      const names = secrets.map(variableNames(secrets));
      expect(new Set(names).size).toBe(secrets.length);
      const fewer = secrets.slice(1);
      const before = fewer.map(variableNames(fewer));
      const takenOver = before.filter((variable, index) => names.includes(variable) && names[index + 1] !== variable);
      expect(takenOver).toEqual([]);
    }),
  );
});
