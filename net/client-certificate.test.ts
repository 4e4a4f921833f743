import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ClientCertificate } from '../core/endpoint-auth.ts';
import { validateClientCertificate } from './client-certificate.ts';
import { client, listen, post, stopAll } from './test-receivers.ts';

let folder: string;

/** A self-signed pair; each is its own authority. */
function makePair(name: string): ClientCertificate {
  const [key, certificate] = [path.join(folder, `${name}.key`), path.join(folder, `${name}.crt`)];
  const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1'];
  const files = ['-keyout', key, '-out', certificate];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject, ...files], {
    stdio: 'pipe',
  });
  return { certificate: readFileSync(certificate, 'utf8'), privateKey: readFileSync(key, 'utf8') };
}

let [server, alice, bob]: ClientCertificate[] = [];

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sluice-mtls-'));
  [server, alice, bob] = ['server', 'alice', 'bob'].map(makePair);
});
afterEach(stopAll);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

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
