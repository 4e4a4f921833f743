import { afterEach, beforeAll, afterAll, describe, expect, test } from '@jest/globals';
import { createServer, request, type RequestOptions, type Server } from 'node:http';
import { request as requestTls } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createAddressPolicy } from './address-policy.ts';
import { createOutboundNetwork, type OutboundNetwork } from './outbound-network.ts';

let server: Server;
let port: number;
let received = 0;
const networks: OutboundNetwork[] = [];

beforeAll(async () => {
  server = createServer((_request, response) => {
    received += 1;
    response.end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
afterEach(() => {
  for (const network of networks.splice(0)) {
    network.close();
  }
  received = 0;
});

function networkWith(allowCidrs: readonly string[]): OutboundNetwork {
  const network = createOutboundNetwork(createAddressPolicy({ allowCidrs }));
  networks.push(network);
  return network;
}

/** The status, or the code of the failure. */
function call(send: typeof request, options: RequestOptions): Promise<number | string | undefined> {
  return new Promise((resolve) => {
    const sent = send({ ...options, port }, (response) => {
      response.resume();
      response.on('end', () => {
        resolve(response.statusCode);
      });
    });
    sent.on('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code);
    });
    sent.end();
  });
}

describe('the agents of a network', () => {
  test.each(['localhost', '127.0.0.1'])('reach %s when it is allowed', async (host) => {
    const { httpAgent } = networkWith(['127.0.0.0/8', '::1/128']);
    expect(await call(request, { host, family: 4, agent: httpAgent })).toBe(200);
    expect(await call(request, { host, family: 4, agent: httpAgent })).toBe(200);
    expect(received).toBe(2);
  });

  test.each(['localhost', '127.0.0.1', '::1', '::ffff:127.0.0.1', '169.254.169.254'])(
    'refuse %s when it is not, before a byte is sent',
    async (host) => {
      const { httpAgent, httpsAgent } = networkWith([]);
      expect(await call(request, { host, agent: httpAgent })).toBe('SLUICE_ADDRESS_REFUSED');
      expect(await call(requestTls, { host, agent: httpsAgent })).toBe('SLUICE_ADDRESS_REFUSED');
      expect(received).toBe(0);
    },
  );
});

describe('assertHost', () => {
  test.each(['localhost', '127.0.0.1', '[::1]', '10.0.0.1'])(
    'refuses %s, naming the field and no address',
    async (host) => {
      await expect(networkWith([]).assertHost('endpoint', host)).rejects.toMatchObject({
        code: 'address_not_allowed',
        message: 'endpoint: this host may not be called from here',
        retryable: false,
        fault: 'customer',
      });
    },
  );

  test('takes what is public or allowed, and leaves a name that does not resolve to the client', async () => {
    await expect(networkWith([]).assertHost('endpoint', '93.184.215.14')).resolves.toBeUndefined();
    await expect(networkWith(['10.0.0.0/8']).assertHost('endpoint', '10.0.0.1')).resolves.toBeUndefined();
    await expect(networkWith([]).assertHost('endpoint', 'no-such-host.invalid')).resolves.toBeUndefined();
  });
});
