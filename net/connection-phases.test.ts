import { createServer } from 'node:https';
import { afterEach, expect, test } from '@jest/globals';
import { client, connectionIsFree, http, listen, post, stopAll } from './test-receivers.ts';
import { selfSigned } from './test-certificates.ts';

afterEach(stopAll);

const LOOPBACK = { address: '127.0.0.1', family: 4 } as const;

/** Phases by request: a connection that is there already has none. */
function watched(options: Parameters<typeof client>[0] = {}) {
  const phases: string[][] = [];
  const watching = client({
    resolve: () => Promise.resolve([LOOPBACK]),
    onConnecting: () => {
      const own: string[] = [];
      phases.push(own);
      return (phase, ms) => void own.push(ms >= 0 && ms < 60_000 ? phase : `${phase} ${String(ms)}`);
    },
    ...options,
  });
  return { phases, watching };
}

test('a new connection tells of look-up and connect, one that is kept of nothing', async () => {
  const url = await http((_request, response) => response.end('ok'));
  const named = url.replace('127.0.0.1', 'receiver.test');
  const { phases, watching } = watched();
  await watching.request(post(named));
  await connectionIsFree();
  await watching.request(post(named));
  await watching.request(post(url));
  expect(phases).toEqual([['dns', 'connect'], ['connect']]);
});

test('with TLS of that, too', async () => {
  const { certificate, privateKey } = selfSigned('receiver');
  const url = await listen(
    createServer({ cert: certificate, key: privateKey }, (_request, response) => response.end('ok')),
  );
  const { phases, watching } = watched({ extraCa: [certificate] });
  const secure = url.replace('http:', 'https:').replace('127.0.0.1', 'localhost');
  expect(await watching.request(post(secure))).toMatchObject({ status: 200 });
  expect(phases).toEqual([['dns', 'connect', 'tls']]);
});

test('a connection that is refused tells how far it came', async () => {
  const { phases, watching } = watched({ resolve: () => Promise.reject(new Error('no such host')) });
  expect(await watching.request(post('http://nowhere.test/'))).toMatchObject({ kind: 'error' });
  expect(phases).toEqual([['dns']]);
});
