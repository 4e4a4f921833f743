import { afterEach, expect, test } from '@jest/globals';
import { greetHook } from '../../activities/hooks.ts';
import { webhookRules } from '../../activities/webhook-rules.ts';
import { createAddressPolicy } from '../../net/address-policy.ts';
import { client, http, stopAll } from '../../net/test-receivers.ts';
import { startApi, type ApiFixture, type Caller } from './fixtures.ts';
import { eventually } from '../support/eventually.ts';

const CONNECTIONS = 4;
const OPEN_HANDSHAKES = 10;
const policy = createAddressPolicy({ allowCidrs: ['127.0.0.0/8'] });

let api: ApiFixture;
let begun = 0;
afterEach(async () => {
  await api.stop();
  await stopAll();
});

/** An address that never answers its first `hanging` requests, and confirms all others. */
async function address(hanging: number): Promise<{ url: string; open(): number }> {
  let asked = 0;
  const url = await http((request, response) => {
    asked += 1;
    if (asked > hanging) {
      response.setHeader('x-hook-secret', request.headers['x-hook-secret'] ?? '').end();
    }
  });
  return { url: `${url}/subscribe`, open: () => asked };
}

async function startServer(): Promise<{ destroy(): Promise<void> }> {
  const sender = client({ maxConnectionsPerOrigin: CONNECTIONS });
  api = await startApi({
    now: () => new Date(),
    webhookRules: webhookRules(policy, { requireHttps: false }),
    greetHook: (request) => {
      begun += 1;
      return greetHook({ send: (outbound, signal) => sender.request({ ...outbound, signal }) }, request);
    },
  });
  return sender;
}

function subscribe(caller: Caller, url: string): Promise<number> {
  const body = { target_url: url, event: 'a', handshake: true };
  return caller.call('POST', '/api/v1/hooks/subscribe', body).then(({ statusCode }) => statusCode);
}

test('a tenant whose handshakes hang is bounded, and delays no subscription of another one to the same address', async () => {
  const sender = await startServer();
  const { url, open } = await address(CONNECTIONS);
  const [hanging, well] = [await api.newCaller(), await api.newCaller()];
  let ended = 0;
  const theirs = Array.from({ length: OPEN_HANDSHAKES }, () => subscribe(hanging, url));
  theirs.forEach((one) => void one.then(() => (ended += 1)));
  await eventually(() => expect([begun, open()]).toEqual([OPEN_HANDSHAKES, CONNECTIONS]));
  expect(await subscribe(hanging, url)).toBe(429);
  expect(await subscribe(well, url)).toBe(201);
  // What hangs is given up after ten seconds: nobody has waited for that.
  expect(ended).toBe(0);

  await sender.destroy();
  expect(new Set(await Promise.all(theirs))).toEqual(new Set([422]));
  expect(await subscribe(hanging, url)).toBe(422);
}, 60_000);
