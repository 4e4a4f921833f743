import { afterEach, beforeAll, expect, test } from '@jest/globals';
import { createServer } from 'node:https';
import type { TLSSocket } from 'node:tls';
import type { ClientCertificate } from '../core/endpoint-auth.ts';
import { validateClientCertificate } from './client-certificate.ts';
import { selfSigned } from './test-certificates.ts';
import { client, listen, post, stopAll } from './test-receivers.ts';

let [server, alice, bob]: ClientCertificate[] = [];

beforeAll(() => {
  [server, alice, bob] = ['server', 'alice', 'bob'].map((name) => selfSigned(name));
});
afterEach(stopAll);

test('each request shows its own certificate, and none shows none', async () => {
  const receiver = createServer(
    {
      cert: server!.certificate,
      key: server!.privateKey,
      ca: [alice!.certificate],
      requestCert: true,
      rejectUnauthorized: false,
    },
    (request, response) => {
      const socket = request.socket as TLSSocket;
      const { subject } = socket.getPeerCertificate() as { subject?: { CN: string } };
      response.end(`${subject?.CN ?? 'nobody'} ${String(socket.authorized)}`);
    },
  );
  const url = (await listen(receiver)).replace('http:', 'https:');
  const guarded = client({ extraCa: [server!.certificate] });
  const answers = await Promise.all(
    [alice, bob, undefined, alice].map((clientCertificate) =>
      guarded.request(post(url, clientCertificate && { clientCertificate })),
    ),
  );
  expect(answers.map((answer) => answer.kind === 'response' && answer.body)).toEqual([
    'alice true',
    'bob false',
    'nobody false',
    'alice true',
  ]);
});

test('a pair that cannot be used is refused when it is saved, without showing the key', () => {
  const now = new Date();
  expect(() => {
    validateClientCertificate(alice!, now);
  }).not.toThrow();
  const wrong: [ClientCertificate, Date, RegExp][] = [
    [{ ...alice!, certificate: 'x' }, now, /certificate is not PEM/],
    [{ ...alice!, privateKey: 'hunter2' }, now, /private key is not PEM/],
    [{ ...alice!, privateKey: bob!.privateKey }, now, /does not belong/],
    [alice!, new Date(now.getTime() + 3 * 24 * 3_600_000), /expired/],
  ];
  for (const [pair, at, reason] of wrong) {
    const message = expect.stringMatching(reason);
    expect(() => {
      validateClientCertificate(pair, at);
    }).toThrow(expect.objectContaining({ code: 'client_certificate_invalid', message }));
  }
});
