import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { classifyOutcome } from '../../delivery/classify.ts';
import { createAddressPolicy } from '../../net/address-policy.ts';
import type { GuardedClient, GuardedClientOptions, HttpRequest } from '../../net/guarded-client.ts';
import type { HttpOutcome } from '../../net/outcome.ts';
import type { ResolvedAddress } from '../../net/resolver.ts';
import { client, connectionIsFree, http, post, stopAll, tcp } from '../../net/test-receivers.ts';
import { eventually } from '../support/eventually.ts';
import { startBlackhole, type Blackhole } from './blackhole.ts';
import { startNameServer, type NameServer } from './name-server.ts';

/** Which one ends first. */
type Limits = [string, Partial<GuardedClientOptions>, Partial<HttpRequest>];

/** What the breaker makes of it: faults of our own are not charged to any endpoint. */
function told(outcome: HttpOutcome): string {
  const { chargesHealth, errorCode = 'delivered' } = classifyOutcome(outcome, new Date());
  return chargesHealth ? errorCode : `${errorCode}, ours`;
}

const portOf = (url: string): number => Number(new URL(url).port);
const names = (count: number, prefix = 'hook'): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}-${String(index)}.example`);
const times = (count: number, what: string): string[] => Array.from({ length: count }, () => what);

async function askEach(
  guarded: GuardedClient,
  urls: readonly string[],
  rest: Partial<HttpRequest> = {},
): Promise<string[]> {
  const answers: string[] = [];
  for (const url of urls) {
    answers.push(told(await guarded.request(post(url, rest))));
  }
  return answers;
}

afterEach(stopAll);

describe('a name server', () => {
  let server: NameServer;
  let port: number;
  beforeEach(async () => {
    server = await startNameServer();
    port = portOf(await http((_request, response) => response.setHeader('connection', 'close').end('ok')));
  });
  afterEach(() => server.stop());

  const watched = (lookupTimeoutMs = 100): GuardedClient => client({ resolve: server.resolve, lookupTimeoutMs });
  /** For answers that have to come in time: machines stand still at times. */
  const PATIENT_MS = 1_000;
  const url = (name: string): string => `http://${name}:${String(port)}/`;

  test('that is silent is away: no endpoint is charged, and all are reached once it answers', async () => {
    server.react(() => 'nothing');
    const guarded = watched();
    const urls = names(6).map(url);
    expect(await askEach(guarded, [...urls, ...urls])).toEqual(times(12, 'dns_unavailable, ours'));
    server.react(() => 'answer');
    server.answerAll();
    await eventually(async () => {
      expect(await askEach(guarded, urls)).toEqual(times(6, 'delivered'));
    });
  });

  test.each([
    ['nothing', 'dns_timeout'],
    ['fail', 'dns_failed'],
  ] as const)('that says %s for one name only: that name is to blame', async (reaction, code) => {
    server.react((name) => (name === 'lame.example' ? reaction : 'answer'));
    const guarded = watched(PATIENT_MS);
    const asked = ['well-1.example', 'lame.example', 'well-2.example', 'lame.example', 'lame.example'].map(url);
    expect(await askEach(guarded, asked)).toEqual(['delivered', 'dns_unavailable, ours', 'delivered', code, code]);
  });

  test('a request whose own time ends first is told the same', async () => {
    server.react((name) => (name === 'lame.example' ? 'nothing' : 'answer'));
    const guarded = watched(PATIENT_MS);
    const [lame, well] = [url('lame.example'), url('well.example')];
    expect(await askEach(guarded, [lame], { timeoutMs: 50 })).toEqual(['dns_unavailable, ours']);
    expect(await askEach(guarded, [lame, well, lame])).toEqual(['dns_unavailable, ours', 'delivered', 'dns_timeout']);
    expect(await askEach(guarded, [lame], { timeoutMs: 50 })).toEqual(['dns_timeout']);
  });

  test('a name that waits for its turn behind dead ones is never to blame', async () => {
    const guarded = watched();
    await eventually(async () => {
      expect(await askEach(guarded, [url('first.example')])).toEqual(['delivered']);
    });
    server.react((name) => (name.startsWith('dead') ? 'nothing' : 'answer'));
    const dead = names(64, 'dead').map((name) => guarded.request(post(url(name))));
    const well = url('well.example');
    for (let round = 0; round < 4; round += 1) {
      expect(await askEach(guarded, [well])).toEqual(['dns_unavailable, ours']);
      // Others are found meanwhile, and the next ones take their places.
      server.answerAll();
    }
    await Promise.all(dead);
    server.react(() => 'answer');
    server.answerAll();
    await eventually(async () => {
      expect(await askEach(guarded, [well])).toEqual(['delivered']);
    });
  });

  test('that is slow takes nothing of the time for the connection', async () => {
    const resolve = async (name: string): Promise<ResolvedAddress[]> => {
      await new Promise((done) => setTimeout(done, 1_500));
      return server.resolve(name);
    };
    const guarded = client({ resolve, connectTimeoutMs: 1_000 });
    expect(await askEach(guarded, [url('slow.example')])).toEqual(['delivered']);
  });
});

describe('hosts that do not answer', () => {
  const resolve = (): Promise<ResolvedAddress[]> => Promise.resolve([{ address: '127.0.0.1', family: 4 }]);
  const url = (name: string, port: number): string => `http://${name}:${String(port)}/`;
  let hole: Blackhole;
  beforeEach(async () => {
    hole = await startBlackhole();
  });
  afterEach(() => hole.stop());

  const lost = (count: number): string[] => names(count).map((name) => url(name, hole.port));
  /** A busy machine may make no connection in so short a time. */
  const untilTold = (guarded: GuardedClient, asked: string, answer: string): Promise<void> =>
    eventually(async () => {
      expect(await askEach(guarded, [asked])).toEqual([answer]);
    });

  test.each<Limits>([
    ['the time for connecting', { connectTimeoutMs: 100 }, {}],
    ['the time of the request', {}, { timeoutMs: 100 }],
  ])(
    'are not to blame once many are silent and none is reached; when one is, they are: %s',
    async (_what, options, rest) => {
      const guarded = client({ resolve, ...options });
      const expected = [...times(4, 'connect_timeout'), ...times(3, 'network_unavailable, ours')];
      expect(await askEach(guarded, lost(7), rest)).toEqual(expected);
      const port = portOf(await http((_request, response) => response.end('ok')));
      await untilTold(guarded, url('well.example', port), 'delivered');
      expect(await askEach(guarded, lost(7), rest)).toEqual(times(7, 'connect_timeout'));
    },
  );

  test('are to blame where there are few', async () => {
    const guarded = client({ resolve, connectTimeoutMs: 50 });
    expect(await askEach(guarded, [...lost(2), ...lost(2), ...lost(2), ...lost(2)])).toEqual(
      times(8, 'connect_timeout'),
    );
  });

  test('are to blame while another answers over a connection that it has kept', async () => {
    const port = portOf(await http((_request, response) => response.end('ok')));
    const guarded = client({ resolve, connectTimeoutMs: 50 });
    const well = url('well.example', port);
    await untilTold(guarded, well, 'delivered');
    expect(await askEach(guarded, lost(4))).toEqual(times(4, 'connect_timeout'));
    await connectionIsFree();
    const { timings, ...kept } = await guarded.request(post(well));
    expect([kept, timings.connectMs]).toEqual([expect.objectContaining({ status: 200 }), undefined]);
    expect(await askEach(guarded, lost(8))).toEqual(times(8, 'connect_timeout'));
  });

  test('are to blame while another refuses: it was reached', async () => {
    const guarded = client({ resolve, connectTimeoutMs: 50 });
    await askEach(guarded, lost(4));
    await untilTold(guarded, url('refusing.example', 9), 'connection_refused');
    expect(await askEach(guarded, lost(8))).toEqual(times(8, 'connect_timeout'));
  });
});

test('hosts to which there is no way are not to blame once they are many', async () => {
  // No connection can be made to a multicast group: the kernel says so at once, as it does without a route.
  const resolve = (): Promise<ResolvedAddress[]> => Promise.resolve([{ address: '224.0.0.1', family: 4 }]);
  const guarded = client({ resolve, policy: createAddressPolicy({ allowCidrs: ['224.0.0.0/4'] }) });
  const urls = names(6).map((name) => `http://${name}/secret-path`);
  expect(await askEach(guarded, urls)).toEqual([
    ...times(4, 'host_unreachable'),
    ...times(2, 'network_unavailable, ours'),
  ]);
  const last = await guarded.request(post(urls[0] ?? ''));
  expect(last).toMatchObject({ code: 'network_unavailable', message: expect.stringMatching(/ENETUNREACH/) });
  expect(JSON.stringify(last)).not.toContain('secret-path');
});

test.each<Limits>([
  ['the time for connecting', { connectTimeoutMs: 1_500 }, {}],
  ['the time of the request', {}, { timeoutMs: 1_500 }],
])('hosts that are reached and speak no TLS are to blame, however many: %s', async (_what, options, rest) => {
  const port = portOf(await tcp(() => undefined));
  const guarded = client({ resolve: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]), ...options });
  const all = names(7).map((name) => guarded.request(post(`https://${name}:${String(port)}/`, rest)));
  expect((await Promise.all(all)).map(told)).toEqual(times(7, 'connect_timeout'));
});
