import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { Server as ProxyServer } from 'proxy-chain';
import { freePort } from '../../dev/free-port.ts';
import { listPausedByUser } from '../../client/deliveries.ts';
import type { Reaction } from '../../dev/receiver.ts';
import { untilAccepted, WebhookTeam, type Hook } from '../e2e/support/webhook-team.ts';
import { eventually } from '../support/eventually.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';
import { CONTROL, expectUndisturbed, SHARDS, TROUBLED } from './steady-load.ts';

jest.setTimeout(180_000);

/** How long endpoints misbehave: several times what the breaker of these tests waits for. */
const TROUBLE_MS = 10_000;
const EVERY_MS = 250;
/** Before any of it. */
const QUIET_EVENTS = 40;
const RETRIES = { retry_schedule_ms: Array.from({ length: 30 }, () => 1_000) };

let system: TestSystem;
let proxy: ProxyServer;
let team: WebhookTeam;

/** The whole system behind an egress proxy, as in a network that lets nothing else out. */
beforeAll(async () => {
  // It goes away and comes back: a port that the system gives to nobody else meanwhile.
  proxy = await startProxy(await freePort());
  system = await startTestSystem({
    env: {
      SLUICE_DELIVERY_SHARDS: String(SHARDS),
      SLUICE_BREAKER_MIN_FAILING_MS: '2000',
      SLUICE_EGRESS_PROXY_URL: `http://sluice:secret@127.0.0.1:${String(proxy.port)}`,
    },
  });
});
afterAll(async () => {
  await system.stop();
  await proxy.close(true);
});
beforeEach(async () => {
  team = await WebhookTeam.create(system);
});
afterEach(() => team.close());

async function startProxy(port: number): Promise<ProxyServer> {
  const started = new ProxyServer({
    port,
    host: '127.0.0.1',
    prepareRequestFunction: ({ username, password }) => ({
      requestAuthentication: username !== 'sluice' || password !== 'secret',
    }),
  });
  await started.listen();
  return started;
}

/** One event after the other, until there has been enough; when each was sent. */
async function captureUntil(
  isEnough: () => Promise<boolean>,
  sentAtMs = new Map<string, number>(),
): Promise<Map<string, number>> {
  do {
    const atMs = Date.now();
    const [uuid = ''] = await team.capture([{}]);
    sentAtMs.set(uuid, atMs);
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  } while (!(await isEnough()));
  return sentAtMs;
}

const ok: Reaction = { status: 200 };
const failed: Reaction = { status: 500 };

/** What an endpoint does while it is in trouble, by the time since the trouble began. */
const TROUBLES: Record<string, (elapsedMs: number, request: number) => Reaction | Promise<Reaction>> = {
  flapping: (elapsedMs) => (Math.floor(elapsedMs / 2_000) % 2 === 0 ? failed : ok),
  'one success in twenty': (_elapsedMs, request) => (request % 20 === 0 ? ok : failed),
  // Twice as slow every second, until it takes longer than anybody waits.
  'slow death': async (elapsedMs) => {
    const delayMs = 50 * 2 ** (elapsedMs / 1_000);
    if (delayMs > 1_000) {
      return 'hang';
    }
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    return ok;
  },
};

/** Its trouble begins with its first request. */
async function troubledHook(
  name: string,
  trouble: (elapsedMs: number, request: number) => Reaction | Promise<Reaction>,
): Promise<{ hook: Hook; isOver: () => boolean }> {
  const hook = await team.hookOf(TROUBLED, { name, timeout_ms: 1_000, ...RETRIES });
  let startedMs = Number.POSITIVE_INFINITY;
  let requests = 0;
  hook.react(() => {
    startedMs = Math.min(startedMs, Date.now());
    requests += 1;
    const elapsedMs = Date.now() - startedMs;
    return elapsedMs < TROUBLE_MS ? trouble(elapsedMs, requests) : ok;
  });
  return { hook, isOver: () => Date.now() - startedMs > TROUBLE_MS };
}

/** By nobody's hand: its history begins with the trouble and ends well, and each step was told. */
async function expectNoticedAndHealed(hook: Hook, operations: Hook): Promise<void> {
  await eventually(async () => {
    const { health, transitions } = await team.state(hook);
    expect([health, transitions.at(0)?.to]).toEqual(['healthy', 'healthy']);
    expect(transitions.map(({ to }) => to)).toContain('degraded');
    expect(transitions.filter(({ by }) => by !== null)).toEqual([]);
    const told = operations.receiver.requests
      .map(({ body }) => JSON.parse(body) as { type: string; data: { webhook_id: string } })
      .filter(({ data }) => data.webhook_id === hook.id);
    expect(new Set(told.map(({ type }) => type))).toEqual(new Set(transitions.map(({ to }) => EVENT_OF[to])));
    expect(told).toHaveLength(transitions.length);
  });
}

const EVENT_OF: Record<string, string> = {
  degraded: 'destination.degraded',
  paused_auto: 'destination.paused',
  recovering: 'destination.recovering',
  healthy: 'destination.recovered',
};

test('flapping, one success in twenty, slow death: all arrive, others keep their p99, and all are healthy again', async () => {
  const healthy = await team.hookOf(TROUBLED, { name: 'healthy' });
  const control = await team.hookOf(CONTROL, { name: 'control' });
  const operations = await team.hook({ name: 'operations', source: 'operations' });
  const first = await team.capture([{}]);
  await untilAccepted(healthy, first);
  await untilAccepted(control, first);
  const sentAtMs = await captureUntil(() => Promise.resolve(healthy.receiver.requests.length > QUIET_EVENTS));
  const quiet = sentAtMs.size;
  await untilAccepted(healthy, sentAtMs.keys());
  const troubled = await Promise.all(Object.entries(TROUBLES).map((entry) => troubledHook(...entry)));
  const troubleSinceMs = Date.now();
  // To the end: an endpoint without traffic stays what it is.
  await captureUntil(async () => {
    const states = await Promise.all(troubled.map(({ hook }) => team.state(hook)));
    return troubled.every(({ isOver }) => isOver()) && states.every(({ health }) => health === 'healthy');
  }, sentAtMs);
  await untilAccepted(healthy, sentAtMs.keys());
  await untilAccepted(control, sentAtMs.keys());
  const all = first.length + sentAtMs.size;
  expect(healthy.receiver.requests).toHaveLength(all);
  expectUndisturbed({ hook: healthy, control }, { sentAtMs }, troubleSinceMs);
  const events = [...sentAtMs.keys()].slice(quiet);
  for (const { hook } of troubled) {
    await untilAccepted(hook, events, 60_000);
    await expectNoticedAndHealed(hook, operations);
    expect(hook.accepted()).toEqual(hook.idsOf(events));
    await eventually(async () => {
      expect(await team.state(hook)).toMatchObject({ open_retries: 0 });
      expect(await team.stats(hook)).toMatchObject({ delivered: events.length, discarded: 0 });
    });
  }
  expect(await team.stats(healthy)).toMatchObject({ delivered: all, attempts: all });
  expect(proxy.stats.connectRequestCount).toBeGreaterThanOrEqual(4);
});

const SHORT_LIVED = { ttl_seconds: 25, retry_schedule_ms: [1_000, 300_000] };

test('after an outage what is older than its time to live is set aside at once, and told of; a replay sends it', async () => {
  const hook = await team.hook({ ...SHORT_LIVED, rate_limit_per_second: 5 });
  hook.react(() => failed);
  const old = await team.capture(Array.from({ length: 60 }, () => ({})));
  const stateOf = async (uuid: string): Promise<unknown> =>
    (await team.team.api<{ state: string }>('GET', `/webhooks/${hook.id}/events/${uuid}`)).state;
  await eventually(async () => expect(await stateOf(old[59] ?? '')).toBe('expired'), { timeoutMs: 90_000 });
  expect(hook.receiver.requests.length).toBeGreaterThan(0);

  hook.react(() => ok);
  // By its owner: the next probe may be further away than the time that these have.
  await team.team.api('POST', `/webhooks/${hook.id}/resume`);
  const young = await team.capture([{}, {}]);
  await untilAccepted(hook, young, 60_000);
  expect(hook.accepted()).toEqual(hook.idsOf(young));
  // Retries too, which wait for minutes.
  await eventually(
    async () => {
      expect(await team.stats(hook)).toMatchObject({ delivered: young.length, discarded: old.length });
      expect(await team.state(hook)).toMatchObject({ open_retries: 0 });
    },
    { timeoutMs: 90_000 },
  );
  const ends = (await team.attempts(hook, '&outcome=discarded')).map(({ error }) => error?.code);
  expect(new Set(ends)).toEqual(new Set(['event_expired']));
  const [first = ''] = old;
  expect(await stateOf(first)).toBe('expired');

  await team.team.api('POST', `/webhooks/${hook.id}/replays`, { scope: 'event', event_uuids: [first] });
  await untilAccepted(hook, [first]);
  await eventually(async () => expect(await stateOf(first)).toBe('delivered'));
});

test('Temporal knows which webhooks their users have paused, so that a resume it missed can be told again', async () => {
  const hook = await team.hook();
  const known = async (): Promise<string[]> => {
    const ids: string[] = [];
    for await (const page of listPausedByUser(system.temporal, 2)) {
      ids.push(...page);
    }
    return ids;
  };
  await team.team.api('POST', `/webhooks/${hook.id}/pause`);
  await eventually(async () => expect(await known()).toContain(hook.id), { timeoutMs: 60_000 });
  await team.team.api('POST', `/webhooks/${hook.id}/resume`);
  await eventually(async () => expect(await known()).not.toContain(hook.id), { timeoutMs: 60_000 });
});

test('an egress proxy that is away for a while costs no endpoint anything', async () => {
  const hook = await team.hook(RETRIES);
  const before = await team.capture([{}]);
  await untilAccepted(hook, before);
  await eventually(async () => {
    expect(await team.stats(hook)).toMatchObject({ delivered: 1 });
  });
  const { port } = proxy;
  await proxy.close(true);
  const during = await team.capture([{}, {}, {}]);
  await eventually(async () => {
    const codes = (await team.attempts(hook)).map(({ error }) => error?.code);
    expect(codes).toContain('proxy_failed');
  });
  proxy = await startProxy(port);
  await untilAccepted(hook, [...before, ...during]);
  await eventually(async () => {
    expect(await team.state(hook)).toMatchObject({ health: 'healthy', transitions: [], open_retries: 0 });
  });
  expect(hook.receiver.deliveredIds()).toHaveLength(4);
});
