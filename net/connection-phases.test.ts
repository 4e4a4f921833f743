import { createServer } from 'node:https';
import { afterEach, expect, test } from '@jest/globals';
import type { HttpOutcome, HttpTimings } from './outcome.ts';
import { selfSigned } from './test-certificates.ts';
import { client, connectionIsFree, DEAD_ADDRESS, errorOf, http, listen, post, stopAll } from './test-receivers.ts';

afterEach(stopAll);

const LOOPBACK = { address: '127.0.0.1', family: 4 } as const;
const SLOW_MS = 600;

const watched = (options: Parameters<typeof client>[0] = {}) =>
  client({ resolve: () => Promise.resolve([LOOPBACK]), ...options });
const named = (url: string): string => url.replace('127.0.0.1', 'receiver.test');

/** Phases that there are, in their order; they are parts of the whole. */
function phasesOf({ timings }: HttpOutcome): string[] {
  const { totalMs, ...phases } = timings;
  const known = Object.entries(phases).flatMap(([name, ms]): [string, number][] =>
    ms === undefined ? [] : [[name, ms]],
  );
  expect(known.filter(([, ms]) => ms < 0)).toEqual([]);
  expect(known.reduce((sum, [, ms]) => sum + ms, 0)).toBeLessThanOrEqual(totalMs);
  return known.map(([name]) => name);
}

/** Answers after a while; the certificate is of 127.0.0.1 and localhost. */
async function slowTls(): Promise<{ url: string; certificate: string }> {
  const { certificate, privateKey } = selfSigned('receiver');
  const server = createServer({ cert: certificate, key: privateKey }, (_request, response) => {
    setTimeout(() => response.end('ok'), SLOW_MS);
  });
  return { url: (await listen(server)).replace('http:', 'https:').replace('127.0.0.1', 'localhost'), certificate };
}

test('a new connection has phases, one that is kept only the first byte; a literal is not looked up', async () => {
  const url = await http((_request, response) => response.end('ok'));
  const guarded = watched();
  expect(phasesOf(await guarded.request(post(named(url))))).toEqual(['dnsMs', 'connectMs', 'firstByteMs']);
  await connectionIsFree();
  expect(phasesOf(await guarded.request(post(named(url))))).toEqual(['firstByteMs']);
  expect(phasesOf(await guarded.request(post(url)))).toEqual(['connectMs', 'firstByteMs']);
});

test('a slow answer over TLS: the first byte is what takes the time, of a kept connection too', async () => {
  const { url, certificate } = await slowTls();
  const guarded = watched({ extraCa: [certificate] });
  const first = await guarded.request(post(url));
  expect(first).toMatchObject({ status: 200, body: 'ok' });
  expect(phasesOf(first)).toEqual(['dnsMs', 'connectMs', 'tlsMs', 'firstByteMs']);
  const { dnsMs = 0, connectMs = 0, tlsMs = 0, firstByteMs = 0 }: HttpTimings = first.timings;
  // Timers may be early by a millisecond.
  expect(firstByteMs).toBeGreaterThan(SLOW_MS - 5);
  expect(firstByteMs).toBeGreaterThan(Math.max(dnsMs, connectMs, tlsMs));
  await connectionIsFree();
  const second = await guarded.request(post(url));
  expect([phasesOf(second), (second.timings.firstByteMs ?? 0) > SLOW_MS - 5]).toEqual([['firstByteMs'], true]);
});

test('requests that are made at once have each the phases of their own connection', async () => {
  const url = await http((_request, response) => response.end('ok'));
  const guarded = watched();
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => guarded.request(post(named(url)))));
  expect(new Set(outcomes.map((outcome) => phasesOf(outcome).join()))).toEqual(
    new Set(['dnsMs,connectMs,firstByteMs']),
  );
});

test('a kept connection that died has the phases of the one that replaced it', async () => {
  let requests = 0;
  const url = await http((request, response) => {
    requests += 1;
    if (requests === 2) {
      request.socket.destroy();
    } else {
      response.end('ok');
    }
  });
  const guarded = watched();
  await guarded.request(post(url));
  await connectionIsFree();
  expect(phasesOf(await guarded.request(post(url)))).toEqual(['connectMs', 'firstByteMs']);
  expect(requests).toBe(3);
});

test.each([
  ['a host that is not known', 'http://nowhere.test/', 'dns_failed', ['dnsMs']],
  ['a connection that is refused', named(DEAD_ADDRESS), 'connection_refused', ['dnsMs']],
  ['the same without a look-up', DEAD_ADDRESS, 'connection_refused', []],
])('of %s the phases that it came through', async (_what, url, code, phases) => {
  const unknown = Object.assign(new Error('no such host'), { code: 'ENOTFOUND' });
  const guarded = watched({
    resolve: (host) => (host === 'nowhere.test' ? Promise.reject(unknown) : Promise.resolve([LOOPBACK])),
  });
  const outcome = await guarded.request(post(url));
  expect([errorOf(outcome), phasesOf(outcome)]).toEqual([code, phases]);
});

test('an endpoint that takes the request and says nothing has no first byte', async () => {
  const url = await http(() => undefined);
  const outcome = await watched().request(post(url, { timeoutMs: 1_000 }));
  expect([errorOf(outcome), phasesOf(outcome)]).toEqual(['total_timeout', ['connectMs']]);
});
