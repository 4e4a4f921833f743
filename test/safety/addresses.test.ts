import { afterEach, describe, expect, test } from '@jest/globals';
import { createAddressPolicy } from '../../net/address-policy.ts';
import type { HttpErrorCode } from '../../net/outcome.ts';
import { client, errorOf, post, stopAll, tcp } from '../../net/test-receivers.ts';

/** Every way known to us of writing an address that is not public, as hosts of a request. */
const NOT_PUBLIC = [
  '127.0.0.1',
  '127.1',
  '0x7f.1',
  '0x7f000001',
  '2130706433',
  '0177.0.0.1',
  '017700000001',
  '0',
  '0.0.0.0',
  '10.0.0.1',
  '100.64.0.1',
  '169.254.169.254',
  '168.63.129.16',
  '192.0.0.192',
  '255.255.255.255',
  '[::]',
  '[::1]',
  '[::127.0.0.1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::ffff:0:127.0.0.1]',
  '[64:ff9b::a9fe:a9fe]',
  '[64:ff9b:1::7f00:1]',
  '[2002:7f00:1::]',
  '[2001:0:7f00:1::]',
  '[fd00:ec2::254]',
  '[fe80::1]',
  '[fec0::1]',
  '[ff02::1]',
  '[100::1]',
  '[5f00::1]',
  '１２７.０.０.１',
  '127。0。0。1',
  '①②⑦.0.0.1',
  '%31%32%37.0.0.1',
];

/** What no request is made from, whatever the policy says. */
const NO_TARGET = [
  'http://[fe80::1%25eth0]:{port}/',
  'http://good.example@127.0.0.1:{port}/',
  'http://127.0.0.1:{port}\\@good.example/',
  'http://127.0.0.1:{port}/\r\nx: y',
  'file:///etc/passwd',
  'ftp://127.0.0.1:{port}/',
  'gopher://127.0.0.1:{port}/_x',
  'unix:/var/run/docker.sock',
];

const policy = createAddressPolicy({ allowCidrs: [] });
afterEach(stopAll);

/** A receiver that would notice; it is also the proxy, when there is one. */
async function noticing(): Promise<{ port: string; url: string; noticed: () => number }> {
  let noticed = 0;
  const url = await tcp((socket) => {
    noticed += 1;
    socket.end('HTTP/1.1 200 OK\r\n\r\n');
  });
  return { port: new URL(url).port, url, noticed: () => noticed };
}

describe.each(['directly', 'through a proxy'])('%s', (way) => {
  async function codeOf(write: (port: string) => string): Promise<{ code: string; noticed: number }> {
    const receiver = await noticing();
    const guarded = client({ policy, proxyUrl: way === 'directly' ? undefined : receiver.url });
    const code = errorOf(await guarded.request(post(write(receiver.port), { timeoutMs: 2_000 })));
    return { code, noticed: receiver.noticed() };
  }

  test.each(NOT_PUBLIC)('an address that is not public is refused before a byte is sent: %s', async (host) => {
    const refused: HttpErrorCode = 'address_refused';
    expect(await codeOf((port) => `http://${host}:${port}/`)).toEqual({ code: refused, noticed: 0 });
  });

  test.each(NO_TARGET)('what is no address of an endpoint is never called: %j', async (url) => {
    const refused: HttpErrorCode = 'invalid_url';
    expect(await codeOf((port) => url.replace('{port}', port))).toEqual({ code: refused, noticed: 0 });
  });
});
