import { expect, test } from '@jest/globals';
import { answer, createApiClient } from '../../api-client/index.ts';
import { endingFetch } from './ending-fetch.ts';

const ID = '0192f0c1-5f1e-7c3a-9d55-1f1f6b8f2a10';

test.each([
  [401, 1],
  [403, 0],
  [500, 0],
])('a change that is answered %i ends the session %i times, and is still refused', async (status, times) => {
  let ended = 0;
  const refuse = (): Promise<Response> => Promise.resolve(Response.json({ detail: 'no' }, { status }));
  const fetch = endingFetch(refuse, () => {
    ended += 1;
  });
  const api = createApiClient({ url: 'http://127.0.0.1', auth: { session: () => undefined }, fetch });
  const change = answer(api.POST('/api/v1/webhooks/{id}/pause', { params: { path: { id: ID } } }));
  await expect(change).rejects.toMatchObject({ status });
  expect(ended).toBe(times);
});
