import { afterAll, beforeAll, expect, test } from '@jest/globals';
import Fastify, { type FastifyInstance } from 'fastify';
import { registerConsole } from '../../api/console.ts';

const TEMPORAL = { namespace: 'sluice', uiUrl: 'https://temporal.example.com' };
let app: FastifyInstance;

beforeAll(async () => {
  app = Fastify();
  registerConsole(app, TEMPORAL);
  await app.ready();
});
afterAll(() => app.close());

test('the root of the server leads to the console', async () => {
  for (const url of ['/', '/console']) {
    const response = await app.inject(url);
    expect([response.statusCode, response.headers.location]).toEqual([302, '/console/']);
  }
});

test("the console learns where Temporal's own UI is, and nothing else", async () => {
  expect((await app.inject('/console/config.json')).json()).toEqual({
    temporal: { ui_url: 'https://temporal.example.com', namespace: 'sluice' },
  });
});
