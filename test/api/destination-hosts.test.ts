import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BUCKET, createdId, startApi, type ApiFixture, type Caller } from './fixtures.ts';

let api: ApiFixture;
let caller: Caller;

beforeAll(async () => {
  api = await startApi();
  caller = await api.newCaller();
});
afterAll(() => api.stop());

const inside = ['http://127.0.0.1:9000', 'http://169.254.169.254', 'https://[::1]', 'http://localhost:9000'];

describe('the host of a destination', () => {
  test.each(inside)('%s is refused when it is created and when it is changed', async (endpoint) => {
    const refusal = { status: 422, code: 'address_not_allowed', field: 'config.endpoint' };
    const body = { ...BUCKET, config: { ...BUCKET.config, endpoint } };
    expect((await caller.call('POST', '/api/v1/destinations', body)).json()).toMatchObject(refusal);
    const url = `/api/v1/destinations/${await createdId(caller, '/api/v1/destinations', BUCKET)}`;
    expect((await caller.call('PATCH', url, { config: { endpoint } })).json()).toMatchObject(refusal);
    expect((await caller.call('GET', url)).json()).toMatchObject({ version: 1 });
  });

  test('may be public', async () => {
    const config = { ...BUCKET.config, endpoint: 'https://93.184.215.14' };
    expect((await caller.call('POST', '/api/v1/destinations', { ...BUCKET, config })).statusCode).toBe(201);
  });
});
