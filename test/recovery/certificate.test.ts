import { afterEach, expect, test } from '@jest/globals';
import { createServer } from 'node:https';
import { classifyOutcome } from '../../delivery/classify.ts';
import { selfSigned } from '../../net/test-certificates.ts';
import { client, listen, post, stopAll } from '../../net/test-receivers.ts';

afterEach(stopAll);

/** That the webhook's workflow goes on probing what is misconfigured is in test/workflows/webhook.test.ts. */
test('a certificate that has expired is its owner’s fault, and one that is renewed is taken at once', async () => {
  const [expired, renewed] = [selfSigned('old', { days: -1 }), selfSigned('new')];
  const server = createServer({ cert: expired.certificate, key: expired.privateKey }, (_request, response) =>
    response.end('ok'),
  );
  const url = (await listen(server)).replace('http:', 'https:');
  const guarded = client({ extraCa: [expired.certificate, renewed.certificate] });
  const attempt = async () => classifyOutcome(await guarded.request(post(url)), new Date());

  for (let attempts = 0; attempts < 3; attempts += 1) {
    expect(await attempt()).toMatchObject({ class: 'misconfigured', errorCode: 'tls_failed', chargesHealth: true });
  }
  server.setSecureContext({ cert: renewed.certificate, key: renewed.privateKey });
  expect(await attempt()).toMatchObject({ class: 'delivered' });
});
