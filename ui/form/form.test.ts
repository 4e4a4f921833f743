import { describe, expect, test } from '@jest/globals';
import { BrokenJson, hasBrokenJson, jsonText, parsedJson, soundJson } from './broken-json.ts';
import { fieldGroups, fieldKind, filledValues, initialValues, type FieldSchema, type ObjectSchema } from './schema.ts';
import { serverErrors, validate } from './validate.ts';

const SCHEMA: ObjectSchema = {
  properties: {
    bucket: { type: 'string', pattern: '^[a-z-]+$' },
    region: { type: 'string', default: 'eu-central-1', minLength: 2, maxLength: 20 },
    port: { type: 'integer', minimum: 1, maximum: 65_535, default: 5_432 },
    rate: { type: 'number', exclusiveMinimum: 0 },
    password: { type: 'string', writeOnly: true },
  },
  required: ['bucket', 'password'],
};

describe('a field is shown by what its schema says', () => {
  test.each<[FieldSchema, string]>([
    [{ type: 'string' }, 'text'],
    [{ type: 'string', maxLength: 65_536 }, 'long-text'],
    [{ type: 'string', writeOnly: true }, 'secret'],
    [{ type: 'string', writeOnly: true, maxLength: 65_536 }, 'long-secret'],
    [{ type: 'string', enum: ['a', 'b'] }, 'choice'],
    [{ type: 'boolean' }, 'switch'],
    [{ type: 'integer' }, 'number'],
    [{ type: 'object', additionalProperties: { type: 'string' } }, 'pairs'],
    [{ type: 'array', items: { type: 'string' } }, 'list'],
    [{ type: 'array', items: { type: 'object' } }, 'json'],
    [{ type: 'object' }, 'json'],
  ])('%j: %s', (field, kind) => {
    expect(fieldKind(field)).toBe(kind);
  });
});

describe('what is folded away', () => {
  const field: FieldSchema = { type: 'string' };
  const many = Object.fromEntries(
    ['prefix', 'endpoint', 'storage_class', 'encryption', 'region'].map((n) => [n, field]),
  );

  test('is what nobody has to enter: a secret stands with whose it is', () => {
    const properties = {
      ...{ bucket: field, ...many },
      access_key_id: { ...field, credential: true },
      secret_access_key: { ...field, writeOnly: true },
    };
    expect(fieldGroups({ properties, required: ['bucket'] })).toEqual({
      main: ['bucket', 'access_key_id', 'secret_access_key'],
      more: Object.keys(many),
    });
  });

  test('is nothing in a short form', () => {
    expect(fieldGroups({ properties: many }).more).toEqual([]);
  });
});

describe('values', () => {
  test('begin with the defaults and leave empty fields out', () => {
    expect(initialValues(SCHEMA)).toEqual({ region: 'eu-central-1', port: 5_432 });
    expect(filledValues({ a: '', b: null, c: [], d: false, e: 0 })).toEqual({ d: false, e: 0 });
  });

  test('are judged as the API does', () => {
    expect(validate(SCHEMA, { bucket: 'lake', password: 'x', region: 'eu', port: 1, rate: 0.5 })).toEqual({});
    expect(validate(SCHEMA, {})).toEqual({ bucket: 'It is needed.', password: 'It is needed.' });
    const wrong = validate(SCHEMA, { bucket: 'Lake', password: 'x', region: 'e', port: 1.5, rate: 0 });
    expect(Object.keys(wrong).sort()).toEqual(['bucket', 'port', 'rate', 'region']);
    expect(validate(SCHEMA, { bucket: 'a', password: 'x', port: 70_000 })).toEqual({ port: 'At most 65535.' });
  });

  test('a secret that is stored may stay empty', () => {
    expect(validate(SCHEMA, { bucket: 'lake' }, new Set(['password']))).toEqual({});
  });
});

test('what the API says of a field is shown at the field', () => {
  const fields = [
    { field: 'config.bucket', message: 'has no such name' },
    { field: 'config.headers.x', message: 'is reserved' },
    { field: 'name', message: 'is too long' },
  ];
  expect(serverErrors(fields, 'config.')).toEqual({ bucket: 'has no such name', headers: 'is reserved' });
});

describe('JSON that is being typed', () => {
  test('is its value, and nothing where it is empty', () => {
    expect([parsedJson(' '), parsedJson('{"a": 1}')]).toEqual([undefined, { a: 1 }]);
    expect([jsonText(undefined), jsonText([1])]).toEqual(['', '[\n  1\n]']);
    expect(soundJson([1], 'Body')).toEqual([1]);
  });

  test('that is none yet keeps its text, and the form from being sent', () => {
    const broken = parsedJson('{"a": ');
    expect(broken).toBeInstanceOf(BrokenJson);
    expect(jsonText(broken)).toBe('{"a": ');
    expect([hasBrokenJson({ a: 1, b: broken }), hasBrokenJson({ a: { text: '' } })]).toEqual([true, false]);
    const schema: ObjectSchema = { properties: { extra: { type: 'object' } } };
    expect([validate(schema, { extra: broken }), validate(schema, { extra: {} })]).toEqual([
      { extra: 'This is not JSON yet.' },
      {},
    ]);
    expect(() => soundJson(broken, 'Properties')).toThrow('Properties: this is not JSON yet.');
  });
});
