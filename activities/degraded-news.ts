import { signalHealth, type WebhookRef } from '../client/deliveries.ts';
import type { EndpointHealth } from '../core/endpoint-health.ts';
import { getDestinationById } from '../store/destinations.ts';
import { getEndpointState } from '../store/endpoint-state.ts';
import type { ActivityDeps } from './deps.ts';

/**
 * Endpoints that share a fault become `degraded` in the same second, and a signal to a workflow costs Temporal and the worker more than
 * the failed attempt: fifty at once took both cores for three seconds, which every other webhook felt (docs/performance.md).
 */
const TOLD_WITHIN_MS = 10_000;

interface Untold {
  webhook: WebhookRef;
  evidence: Record<string, unknown>;
  timer: NodeJS.Timeout;
  /** While it is told: the next step waits for that. */
  telling?: Promise<void>;
}

/**
 * Tells entity workflows that their endpoints are `degraded`, each at a moment of its own: they only write it down. Postgres has the
 * step already; a process that is killed meanwhile leaves it out of the workflow's history.
 */
export class DegradedNews {
  readonly #deps: Pick<ActivityDeps, 'db' | 'temporal' | 'logger'>;
  /** By destination. */
  readonly #untold = new Map<string, Untold>();

  constructor(deps: Pick<ActivityDeps, 'db' | 'temporal' | 'logger'>) {
    this.#deps = deps;
  }

  /** The caller has told what was added for this webhook before. */
  add(webhook: WebhookRef, evidence: Record<string, unknown>): void {
    const timer = setTimeout(() => void this.#tell(news, 'degraded'), Math.random() * TOLD_WITHIN_MS);
    const news: Untold = { webhook, evidence, timer };
    this.#untold.set(webhook.destinationId, news);
  }

  /** Before the next step is told, which the caller has recorded. Never throws. */
  async tellNow(destinationId: string): Promise<void> {
    const news = this.#untold.get(destinationId);
    if (news !== undefined) {
      await this.#tell(news);
    }
  }

  /** Tells the rest. Never throws. */
  async close(): Promise<void> {
    await Promise.all([...this.#untold.values()].map((news) => this.#tell(news, 'degraded')));
  }

  async #tell(news: Untold, onlyIn?: EndpointHealth): Promise<void> {
    clearTimeout(news.timer);
    const { webhook } = news;
    news.telling ??= this.#signal(news, onlyIn).catch((err: unknown) => {
      const { destinationId } = webhook;
      this.#deps.logger.warn({ err, destinationId }, 'a webhook’s workflow was not told that its endpoint is degraded');
    });
    await news.telling;
    if (this.#untold.get(webhook.destinationId) === news) {
      this.#untold.delete(webhook.destinationId);
    }
  }

  /** Whoever has paused, deleted or suspended it meanwhile has told of that: the workflow must not take it for active again. */
  async #signal({ webhook, evidence }: Untold, onlyIn?: EndpointHealth): Promise<void> {
    const { db, temporal } = this.#deps;
    const destination = await getDestinationById(db, webhook.destinationId);
    const state = await getEndpointState(db, webhook.destinationId);
    if (destination?.status === 'active' && (onlyIn === undefined || state?.health === onlyIn)) {
      await signalHealth(temporal, webhook, { to: 'degraded', evidence });
    }
  }
}
