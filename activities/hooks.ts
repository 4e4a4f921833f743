import { randomBytes, randomUUID } from 'node:crypto';
import { latestEvents } from '../clickhouse/latest-events.ts';
import type { HookGreeting, HookGreetingRequest, HookSampleRequest } from '../core/rest-hooks.ts';
import { HOOK_PAYLOAD } from '../core/rest-hooks.ts';
import { MICROS_PER_MS } from '../core/time.ts';
import type { TailEvent } from '../core/webhook-event.ts';
import { compileTemplate } from '../delivery/template/template.ts';
import { HOOKS_PER_LOOK, removeEndedHooks } from '../store/rest-hooks.ts';
import type { ActivityDeps } from './deps.ts';

const TIMEOUT_MS = 10_000;
/** In one look. */
const MAX_PAGES = 25;
const NOBODY = '00000000-0000-0000-0000-000000000000';

/**
 * Sends a secret to the address, which has to send it back in the header of the same name. A team has connections of its own for
 * it: an address that hangs for one keeps no other one waiting.
 */
export async function greetHook(
  { send }: Pick<ActivityDeps, 'send'>,
  { teamId, url }: HookGreetingRequest,
): Promise<HookGreeting> {
  const secret = randomBytes(32).toString('base64url');
  const request = {
    ...{ method: 'POST', url, body: Buffer.from('{}'), timeoutMs: TIMEOUT_MS },
    ...{ pool: `handshakes/${String(teamId)}`, share: url },
    headers: { 'content-type': 'application/json', 'x-hook-secret': secret },
  };
  const outcome = await send(request, AbortSignal.timeout(2 * TIMEOUT_MS));
  if (outcome.kind === 'error') {
    return { confirmed: false, reason: outcome.message };
  }
  const ok = outcome.status >= 200 && outcome.status < 300;
  return ok && outcome.headers['x-hook-secret'] === secret
    ? { confirmed: true, reason: '' }
    : { confirmed: false, reason: `it answered ${String(outcome.status)} without the secret in X-Hook-Secret` };
}

const render = compileTemplate(HOOK_PAYLOAD);

/** The latest events as a hook would get them; one that nobody captured when there are none, or none is found in time. */
export async function sampleHook(
  { clickhouse }: Pick<ActivityDeps, 'clickhouse'>,
  { teamId, event, limit }: HookSampleRequest,
): Promise<unknown[]> {
  // Whoever sets up an automation needs something to map; a rare event of a busy team may take too long to find.
  const found = await latestEvents(clickhouse, { teamId, event, limit }).catch(() => []);
  const events = found.length > 0 ? found : [madeUp(teamId, event)];
  const webhook = { id: NOBODY, name: 'sample' };
  return events.map((one) => JSON.parse(render({ event: one, webhook })) as unknown);
}

/** Ends the subscriptions that are over. Never throws. */
export async function tendHooks({ db, logger }: Pick<ActivityDeps, 'db' | 'logger'>, beat: () => void): Promise<void> {
  try {
    for (let page = 0; page < MAX_PAGES; page += 1) {
      beat();
      if ((await removeEndedHooks(db)) < HOOKS_PER_LOOK) {
        return;
      }
    }
  } catch (error) {
    logger.warn({ err: error }, 'subscriptions that are over could not be ended');
  }
}

function madeUp(teamId: number, event: string): TailEvent {
  const nowMs = Date.now();
  return {
    ...{ teamId, uuid: randomUUID(), event, distinctId: 'sample', propertiesJson: '{"sample":true}' },
    ...{ personId: NOBODY, personPropertiesJson: '{}', timestamp: new Date(nowMs).toISOString() },
    insertedAtMicros: nowMs * MICROS_PER_MS,
  };
}
