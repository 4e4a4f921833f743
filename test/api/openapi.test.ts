import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Ajv2020, type AnySchemaObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Document, MediaType, Operation } from '../../api/openapi/types.ts';
import { startApi, type ApiFixture, type Method } from './fixtures.ts';

let api: ApiFixture;
let document: Document;
let ajv: Ajv2020;

beforeAll(async () => {
  api = await startApi();
  document = (await api.app.inject('/api/openapi.json')).json();
  ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  ajv.addSchema({ $id: 'api', ...document });
});
afterAll(() => api.stop());

function operations(): [string, Operation][] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [
      `${method.toUpperCase()} ${path}`,
      operation,
    ]),
  );
}

test('is an OpenAPI 3.1 document of every route, and needs no key to read', () => {
  expect(document.openapi).toBe('3.1.0');
  const documented = operations().map(([name]) => name);
  const registered = api.routes
    .filter(({ method, url }) => method !== 'HEAD' && url !== '/api/openapi.json')
    .map(({ method, url }) => `${method} ${url.replaceAll(/:(\w+)/g, '{$1}')}`);
  expect([...documented].sort()).toEqual([...registered].sort());
});

test('says of every operation what it does, what it answers and how it fails', () => {
  for (const [name, operation] of operations()) {
    expect([name, operation.summary, operation.tags]).toEqual([
      name,
      expect.stringMatching(/\w/),
      [expect.any(String)],
    ]);
    expect([name, Object.keys(operation.responses).some((status) => /^[23]/.test(status))]).toEqual([name, true]);
    if (name.includes('/api/v1/')) {
      expect([name, Object.keys(operation.responses)]).toEqual([name, expect.arrayContaining(['4XX', '5XX'])]);
      // A signed link is its own key, and who signs in has none yet.
      const isPublic = name.endsWith('/downloads') || name.includes('/api/v1/auth/');
      expect([name, operation.security]).toEqual([name, isPublic ? [] : undefined]);
    }
    if (name.includes('{id}')) {
      expect([name, operation.parameters]).toEqual([
        name,
        expect.arrayContaining([expect.objectContaining({ name: 'id', in: 'path' })]),
      ]);
    }
  }
});

/** With references into the document. */
function checkOf(schema: object): ValidateFunction {
  return ajv.compile(
    JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"api#/components/')) as AnySchemaObject,
  );
}

test('holds valid JSON schemas whose references resolve', () => {
  const schemas = operations().flatMap(([, { requestBody, responses }]) =>
    [requestBody, ...Object.values(responses)].flatMap((part) =>
      Object.values(part?.content ?? {}).map(({ schema }) => schema),
    ),
  );
  expect(schemas.length).toBeGreaterThan(50);
  for (const schema of schemas) {
    expect(typeof checkOf(schema)).toBe('function');
  }
  expect(Object.keys(document.components.schemas)).toEqual(
    expect.arrayContaining(['Destination', 'Export', 'Run', 'Webhook', 'Attempt', 'Problem']),
  );
});

test('names fields in snake_case', () => {
  const text = JSON.stringify(document.components.schemas);
  const properties = [...text.matchAll(/"properties":\{(.*?)\}/g)].flatMap(([part]) => [
    ...part.matchAll(/"([a-z]\w*)":\{/g),
  ]);
  expect(properties.length).toBeGreaterThan(20);
  const names = properties.map((match) => match[1]!).filter((name) => name !== 'additionalProperties');
  expect(
    names.filter((name) => !/^[a-z][a-z0-9_]*$/.test(name) && name !== 'propertyNames' && name !== 'anyOf'),
  ).toEqual([]);
});

test('gives each operation an id of its own, which follows from its address', () => {
  const ids = operations().map(([, { operationId }]) => operationId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(document.paths['/api/v1/exports/{id}/runs']?.['get']?.operationId).toBe('getExportsByIdRuns');
});

test('shows of every answer an example that its schema takes', () => {
  const wrong: unknown[] = [];
  for (const [name, { responses }] of operations()) {
    for (const [status, { content = {} }] of Object.entries(responses).filter(([code]) => code.startsWith('2'))) {
      for (const { schema, example } of Object.values(content)) {
        const check = checkOf(schema);
        wrong.push(
          ...(check(example)
            ? []
            : [[name, status, check.errors?.map(({ instancePath, message }) => [instancePath, message])]]),
        );
      }
    }
  }
  expect(wrong).toEqual([]);
});

test('shows for every body an example that the route itself takes', async () => {
  const caller = await api.newCaller();
  for (const { method, url, body } of api.routes.filter((route) => route.body !== undefined)) {
    const name = `${method} ${url}`;
    const operation = document.paths[url.replaceAll(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];
    const { schema, example } = operation!.requestBody!.content['application/json']!;
    const check = checkOf(schema);
    expect([name, check(example), check.errors]).toEqual([name, true, null]);
    expect([name, body!.safeParse(example).error]).toEqual([name, undefined]);
    const response = await caller.call(method as Method, url.replace(/:\w+/, randomUUID()), example);
    expect([name, response.json<{ code?: string }>().code]).not.toEqual([name, 'validation_failed']);
  }
});

function refusals(): { name: string; status: string; content: Record<string, MediaType> }[] {
  return operations().flatMap(([name, { responses }]) =>
    Object.entries(responses)
      .filter(([status]) => /^[45]/.test(status))
      .map(([status, { content = {} }]) => ({ name, status, content })),
  );
}

test('says of every refusal that it is a problem, with codes as they are answered', async () => {
  const { examples = {} } = document.components;
  const check = checkOf({ $ref: '#/components/schemas/Problem' });
  for (const { value } of Object.values(examples)) {
    expect([value, check(value)]).toEqual([value, true]);
  }
  for (const { name, status, content } of refusals()) {
    expect([name, status, Object.keys(content)]).toEqual([name, status, ['application/problem+json']]);
    const codes = Object.keys(content['application/problem+json']!.examples ?? {});
    expect([name, ...codes.map((code) => examples[code]?.value)]).toEqual([
      name,
      ...codes.map((code) => expect.objectContaining({ code, status: Number(status) })),
    ]);
  }
  const missing = await (await api.newCaller()).call('GET', `/api/v1/exports/${randomUUID()}`);
  const named = document.paths['/api/v1/exports/{id}']?.['get']?.responses[String(missing.statusCode)];
  expect(Object.keys(named?.content?.['application/problem+json']?.examples ?? {})).toContain(missing.json().code);
});

test('names every code that has a status of its own, and none that no longer exists', () => {
  const text = JSON.stringify(document.paths);
  const named = new Set([...text.matchAll(/#\/components\/examples\/(\w+)/g)].map(([, code]) => code));
  expect([...named].sort()).toEqual(Object.keys(document.components.examples ?? {}).sort());
  const documented = readFileSync(new URL('../../docs/error-codes.md', import.meta.url), 'utf8');
  expect([...named].filter((code) => !documented.includes(`\`${String(code)}\``))).toEqual([]);
});

test('describes the headers that requests may carry', () => {
  const parametersOf = (method: string, path: string): string[] =>
    (document.paths[path]?.[method]?.parameters ?? []).map((parameter) =>
      '$ref' in parameter ? parameter.$ref.replace('#/components/parameters/', '') : parameter.name,
    );
  expect(parametersOf('patch', '/api/v1/webhooks/{id}')).toEqual(['id', 'IfMatch', 'SluiceTeam']);
  expect(parametersOf('post', '/api/v1/exports')).toEqual(['IdempotencyKey', 'SluiceTeam']);
  expect(parametersOf('get', '/api/v1/auth/session')).toEqual([]);
  expect(parametersOf('post', '/api/v1/webhooks/{id}/messages')).toEqual(
    expect.arrayContaining(['idempotency-key', 'SluiceTeam']),
  );
  expect(document.paths['/api/v1/exports/{id}']?.['get']?.responses['200']?.headers).toMatchObject({
    etag: { $ref: '#/components/headers/ETag' },
  });
});
