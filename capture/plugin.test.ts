import { expect, test } from '@jest/globals';
import Fastify from 'fastify';
import { createCapturePlugin } from './plugin.ts';

test('a token that cannot be looked up is one refusal, with its reason and a time to come back', async () => {
  const refusals: unknown[] = [];
  const reason = new Error('the database is away');
  const app = Fastify();
  await app.register(
    createCapturePlugin({
      resolveTeam: () => Promise.reject(reason),
      store: () => Promise.resolve(),
      observe: { refused: (code, error) => refusals.push([code, error]) },
    }),
  );
  const response = await app.inject({
    method: 'POST',
    url: '/capture',
    payload: { api_key: 'phc_x', event: 'e', distinct_id: 'd' },
  });
  expect([response.statusCode, response.json().code]).toEqual([503, 'team_lookup_failed']);
  expect(Number(response.headers['retry-after'])).toBeGreaterThan(0);
  expect(refusals).toEqual([['team_lookup_failed', reason]]);
  await app.close();
});
