import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { constants } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SecureContextOptions } from 'node:tls';
import { testAuthority } from '../../net/test-certificates.ts';
import { untilAccepted, WebhookTeam, type Attempt, type Hook } from '../e2e/support/webhook-team.ts';
import { eventually } from '../support/eventually.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';
import { CONTROL, expectUndisturbed, SHARDS, startLoad, TROUBLED } from './steady-load.ts';

jest.setTimeout(300_000);

/** From when it is shown, to a webhook that is at work; traffic with it comes first. */
const VALID_MS = 30_000;
const DAY_MS = 86_400_000;
/** What is misconfigured is probed a minute later for the first time, and its backlog then is that of the minute. */
const RECOVERY_MS = 150_000;
const RETRIES = { retry_schedule_ms: Array.from({ length: 30 }, () => 2_000) };

const authority = testAuthority();
let folder: string;
let system: TestSystem;
let team: WebhookTeam;

/** The whole system, where the operator's own authority is trusted besides the public ones. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-authority-'));
  const trusted = join(folder, 'authority.pem');
  await writeFile(trusted, authority.certificate);
  system = await startTestSystem({
    env: {
      SLUICE_DELIVERY_SHARDS: String(SHARDS),
      SLUICE_BREAKER_MIN_FAILING_MS: '2000',
      NODE_EXTRA_CA_CERTS: trusted,
    },
  });
  team = await WebhookTeam.create(system);
}, 180_000);
afterAll(async () => {
  await team.close();
  await system.stop();
  await rm(folder, { recursive: true, force: true });
});

const shown = (name: string, until: Date): { cert: string; key: string } => {
  const { certificate, privateKey } = authority.issue(name, until);
  return { cert: certificate, key: privateKey };
};
const inADay = (): Date => new Date(Date.now() + DAY_MS);

/** Each connection shows it: no session is gone on with. */
const expires = (until: Date): SecureContextOptions => ({
  ...shown('expires', until),
  secureOptions: constants.SSL_OP_NO_TICKET,
});

/** Each request has a connection of its own. */
async function expiringHook(): Promise<Hook> {
  const hook = await team.hookOf(TROUBLED, { name: 'expires', ...RETRIES }, { tls: expires(inADay()) });
  hook.react(() => ({ status: 200, headers: { connection: 'close' } }));
  return hook;
}

/** Wants a certificate of us too. */
async function mutualHook(): Promise<Hook> {
  const { certificate, privateKey } = authority.issue('sluice', inADay());
  const tls = { ...shown('mutual', inADay()), ca: authority.certificate, requestCert: true, rejectUnauthorized: true };
  const settings = { name: 'mutual', client_certificate: { certificate, private_key: privateKey } };
  return team.hookOf(TROUBLED, settings, { tls });
}

interface Explanation {
  state: string;
  health: string;
  health_evidence: Record<string, unknown>;
  attempts: (Attempt & { error: { code: string; message: string } | null })[];
}

/** An event that met the certificate after its end. */
async function explainRefused(hook: Hook): Promise<Explanation> {
  const refused = await eventually(async () => {
    const found = (await team.attempts(hook)).find(({ error }) => error?.code === 'tls_failed');
    expect(found).toBeDefined();
    return found?.event_uuid ?? '';
  });
  return team.team.api<Explanation>('GET', `/webhooks/${hook.id}/events/${refused}`);
}

test('a certificate that expires in the middle of traffic and is renewed costs no event, and nobody else anything', async () => {
  const expiring = await expiringHook();
  const others = [await team.hookOf(TROUBLED, { name: 'plain' }), await mutualHook()];
  const control = await team.hookOf(CONTROL, { name: 'control' });
  const first = await team.capture([{}]);
  for (const hook of [expiring, ...others, control]) {
    await untilAccepted(hook, first);
  }
  const expiresAt = new Date(Date.now() + VALID_MS);
  expiring.receiver.showCertificate(expires(expiresAt));
  first.push(...(await team.capture([{}])));
  await untilAccepted(expiring, first);
  expect(Date.now()).toBeLessThan(expiresAt.getTime());
  const load = startLoad(team);
  try {
    const evidence = {
      lastError: 'tls_failed',
      lastFailureClass: 'misconfigured',
      remedy: 'Give the endpoint a valid certificate for its host name.',
    };
    expect(await team.untilHealth(expiring, 'misconfigured', 2 * VALID_MS)).toMatchObject({ evidence });
    const explained = await explainRefused(expiring);
    expect(explained).toMatchObject({ health: 'misconfigured', health_evidence: evidence });
    expect(['retrying', 'parked', 'held']).toContain(explained.state);
    expect(explained.attempts.map(({ error }) => error)).toContainEqual({
      code: 'tls_failed',
      message: expect.stringMatching(/certificate has expired/),
      remedy: evidence.remedy,
    });

    await eventually(async () => {
      const { items } = await team.team.api<{ items: unknown[] }>('GET', '/notifications');
      expect(items).toMatchObject([
        { title: 'Webhook "expires" is misconfigured', text: expect.stringContaining(evidence.remedy) },
      ]);
    });

    expiring.receiver.showCertificate(shown('expires', inADay()));
    await team.untilHealth(expiring, 'healthy', RECOVERY_MS);
  } finally {
    await load.end();
  }

  const events = [...first, ...load.sentAtMs.keys()];
  for (const hook of [expiring, ...others, control]) {
    await untilAccepted(hook, events, 60_000);
    expect(hook.receiver.requests).toHaveLength(events.length);
  }
  others.forEach((hook) => expectUndisturbed({ hook, control }, load, expiresAt.getTime()));
  const { transitions } = await team.state(expiring);
  expect(transitions.map(({ to }) => to).sort()).toEqual(['degraded', 'healthy', 'misconfigured', 'recovering']);
  await eventually(async () => {
    expect(await team.state(expiring)).toMatchObject({ open_retries: 0 });
    expect(await team.stats(expiring)).toMatchObject({ delivered: events.length, discarded: 0 });
  });
  for (const hook of others) {
    expect(await team.state(hook)).toMatchObject({ health: 'healthy', transitions: [] });
  }
});
