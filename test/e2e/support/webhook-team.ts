import { randomUUID } from 'node:crypto';
import { PostHog } from 'posthog-node';
import { shardOf } from '../../../core/ids.ts';
import { webhookIdOf } from '../../../delivery/identity.ts';
import {
  startReceiver,
  type Reaction,
  type ReceivedWebhook,
  type Receiver,
  type ReceiverOptions,
} from '../../../dev/receiver.ts';
import { eventually } from '../../support/eventually.ts';
import type { TestSystem } from '../../support/test-system.ts';

type Team = Awaited<ReturnType<TestSystem['newTeam']>>;

/** A webhook of the product with the receiver behind it. */
export interface Hook {
  id: string;
  secret: string;
  receiver: Receiver;
  /** From now on the receiver answers like this. */
  react(reaction: (request: Omit<ReceivedWebhook, 'status'>) => Reaction | Promise<Reaction>): void;
  /** Distinct ids that the receiver has answered 2xx. */
  accepted(): Set<string>;
  /** The ids that deliveries of these events carry. */
  idsOf(uuids: Iterable<string>): Set<string>;
}

export interface SentEvent {
  event?: string;
  uuid?: string;
  /** JSON text, sent as it is. */
  properties?: string;
}

export interface HookState {
  health: string;
  evidence: Record<string, unknown>;
  open_retries: number;
  /** Newest first. */
  transitions: { from: string; to: string; evidence: Record<string, unknown>; by: { kind: string } | null }[];
}

export interface Attempt {
  webhook_id: string;
  event_uuid: string;
  attempt: number;
  outcome: string;
  status_code: number | null;
  error: { code: string } | null;
  via: string;
}

/** A team of its own with its webhooks; `close` ends their receivers. */
export class WebhookTeam {
  readonly team: Team;
  readonly #system: TestSystem;
  readonly #receivers: Receiver[] = [];

  private constructor(system: TestSystem, team: Team) {
    this.#system = system;
    this.team = team;
  }

  static async create(system: TestSystem): Promise<WebhookTeam> {
    return new WebhookTeam(system, await system.newTeam());
  }

  async close(): Promise<void> {
    // Deleted first: a webhook without its receiver would go on failing beside the next test.
    const { items } = await this.team.api<{ items: { id: string }[] }>('GET', '/webhooks?limit=100');
    // Again where Temporal was too busy to be told: the answer says so.
    await Promise.all(items.map(({ id }) => eventually(() => this.team.api('DELETE', `/webhooks/${id}`))));
    await Promise.all(this.#receivers.map((receiver) => receiver.close()));
  }

  /** Answers 200 until told otherwise. */
  async hook(settings: Record<string, unknown> = {}, { tls }: Pick<ReceiverOptions, 'tls'> = {}): Promise<Hook> {
    let reaction: Parameters<Hook['react']>[0] = () => ({ status: 200 });
    const receiver = await startReceiver({ react: (request) => reaction(request), ...(tls && { tls }) });
    this.#receivers.push(receiver);
    const { id, secret } = await this.team.api<{ id: string; secret: string }>('POST', '/webhooks', {
      name: 'hook',
      url: receiver.url,
      ...settings,
    });
    return {
      id,
      secret,
      receiver,
      react: (next) => {
        reaction = next;
      },
      accepted: () => new Set(receiver.deliveredIds()),
      idsOf: (uuids) => new Set([...uuids].map((uuid) => webhookIdOf(id, uuid))),
    };
  }

  /** One that this shard delivers to: which one that is follows from its id, which nobody can choose. */
  async hookOf(
    { shard, shards }: { shard: number; shards: number },
    ...settings: Parameters<WebhookTeam['hook']>
  ): Promise<Hook> {
    for (;;) {
      const hook = await this.hook(...settings);
      if (shardOf(hook.id, shards) === shard) {
        return hook;
      }
      await this.team.api('DELETE', `/webhooks/${hook.id}`);
    }
  }

  /** Sends the events in one `POST /batch`; resolves with their uuids when they are stored. */
  async capture(events: readonly SentEvent[]): Promise<string[]> {
    const uuids = events.map((event) => event.uuid ?? randomUUID());
    const batch = events.map(
      ({ event = 'signed up', properties = '{}' }, index) =>
        `{"event":${JSON.stringify(event)},"distinct_id":"user","uuid":"${String(uuids[index])}","properties":${properties}}`,
    );
    const response = await fetch(`${this.#system.system.apiUrl}/batch`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{"api_key":"${this.team.captureToken}","batch":[${batch.join(',')}]}`,
    });
    if (!response.ok) {
      throw new Error(`capture answered ${String(response.status)}: ${await response.text()}`);
    }
    return uuids;
  }

  /** The same through PostHog's own SDK. */
  async captureWithSdk(events: readonly { event: string; uuid: string }[]): Promise<void> {
    const posthog = new PostHog(this.team.captureToken, {
      host: this.#system.system.apiUrl,
      flushAt: 250,
      flushInterval: 200,
      disableGeoip: true,
    });
    for (const event of events) {
      posthog.capture({ distinctId: 'user', ...event });
    }
    await posthog.shutdown(30_000);
  }

  state(hook: Hook): Promise<HookState> {
    return this.team.api('GET', `/webhooks/${hook.id}/state`);
  }

  stats(hook: Hook): Promise<{
    delivered: number;
    discarded: number;
    attempts: number;
    p50_ms: number | null;
    p99_ms: number | null;
  }> {
    return this.team.api('GET', `/webhooks/${hook.id}/stats`);
  }

  /** Newest first, at most 100. */
  async attempts(hook: Hook, query = ''): Promise<Attempt[]> {
    const page = await this.team.api<{ items: Attempt[] }>('GET', `/webhooks/${hook.id}/attempts?limit=100${query}`);
    return page.items;
  }

  async untilHealth(hook: Hook, health: string, timeoutMs = 60_000): Promise<HookState> {
    return eventually(
      async () => {
        const state = await this.state(hook);
        if (state.health !== health) {
          throw new Error(`expected ${health}: ${JSON.stringify(state)}`);
        }
        return state;
      },
      { timeoutMs, intervalMs: 200 },
    );
  }
}

export function uuids(count: number): string[] {
  return Array.from({ length: count }, () => randomUUID());
}

/** Requests that the receiver has got and the log does not show: once a worker was killed, how far its log was behind. */
export async function unloggedAttempts(team: WebhookTeam, hook: Hook): Promise<number> {
  const { attempts } = await team.stats(hook);
  return hook.receiver.requests.length - attempts;
}

/** Waits until the receiver has accepted all these events: with retries on a busy machine that takes its time. */
export async function untilAccepted(hook: Hook, events: Iterable<string>, timeoutMs = 60_000): Promise<void> {
  const expected = hook.idsOf(events);
  await eventually(
    () => {
      const accepted = hook.accepted();
      const missing = [...expected].filter((id) => !accepted.has(id)).length;
      if (missing > 0) {
        throw new Error(`${String(missing)} of ${String(expected.size)} events have not been accepted`);
      }
    },
    { timeoutMs },
  );
}
