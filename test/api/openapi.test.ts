import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { startApi, type ApiFixture } from './fixtures.ts';

interface Operation {
  summary?: string;
  tags?: string[];
  security?: unknown[];
  parameters?: { name: string; in: string }[];
  requestBody?: { content: Record<string, { schema: object }> };
  responses: Record<string, { content?: Record<string, { schema: object }> }>;
}

interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object>; securitySchemes: object };
}

let api: ApiFixture;
let document: Document;

beforeAll(async () => {
  api = await startApi();
  document = (await api.app.inject('/api/openapi.json')).json();
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
      expect([name, Object.keys(operation.responses)]).toEqual([name, expect.arrayContaining(['4xx'.toUpperCase()])]);
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

test('holds valid JSON schemas whose references resolve', () => {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  ajv.addSchema({ $id: 'api', ...document });
  const schemas = operations().flatMap(([, { requestBody, responses }]) =>
    [requestBody, ...Object.values(responses)].flatMap((part) =>
      Object.values(part?.content ?? {}).map(({ schema }) => schema),
    ),
  );
  expect(schemas.length).toBeGreaterThan(50);
  for (const schema of schemas) {
    const resolvable = JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"api#/components/')) as object;
    expect(typeof ajv.compile(resolvable)).toBe('function');
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
