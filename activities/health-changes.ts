import { signalDestinationChanged, signalHealth, signalTraffic, type WebhookRef } from '../client/deliveries.ts';
import type { EndpointHealth } from '../core/endpoint-health.ts';
import { nextProbeMs } from '../core/probe-pace.ts';
import type { HealthPort } from '../delivery/shard/ports.ts';
import { getDestinationById } from '../store/destinations.ts';
import { setHealth } from '../store/endpoint-state.ts';
import { removeHook } from '../store/rest-hooks.ts';
import { DegradedNews } from './degraded-news.ts';
import type { ActivityDeps } from './deps.ts';
import { HealthSteps } from './health-steps.ts';
import { startSends } from './notify.ts';

/**
 * Records health transitions in Postgres, which decides, and then tells the destination's entity workflow; of `degraded` later.
 * `steps` are those of the process.
 */
export function healthChanges(
  deps: ActivityDeps,
  steps = new HealthSteps(deps.draining),
): HealthPort & { close(): Promise<void> } {
  const later = new DegradedNews(deps);
  return {
    transition: (destinationId, to, evidence) =>
      steps.take(destinationId, to, () => recordTransition(deps, later, { destinationId, to, evidence })),
    close: () => later.close(),
    report: async (destinationId, traffic) => {
      const destination = await getDestinationById(deps.db, destinationId);
      if (destination !== undefined) {
        const { teamId, name } = destination;
        await signalTraffic(deps.temporal, { destinationId, teamId, name }, traffic);
        await endIfDeleted(deps, { destinationId, teamId, name });
      }
    },
  };
}

interface Transition {
  destinationId: string;
  to: EndpointHealth;
  evidence: Record<string, unknown>;
}

async function recordTransition(
  deps: ActivityDeps,
  later: DegradedNews,
  { destinationId, to, evidence }: Transition,
): Promise<void> {
  const destination = await getDestinationById(deps.db, destinationId);
  if (destination === undefined) {
    return;
  }
  const probeMs = nextProbeMs({ health: to, probes: 0 });
  const nextProbeAt = probeMs === undefined ? null : new Date(Date.now() + probeMs);
  const { isChanged, sends } = await setHealth(deps.db, { destinationId, to, evidence, nextProbeAt });
  if (to === 'gone') {
    // REST hooks: a receiver that wants no more has unsubscribed. Whether Temporal can be told or not.
    await removeHook(deps.db, destinationId, 'gone');
  }
  await startSends(deps, sends);
  const { teamId, name } = destination;
  if (to === 'degraded') {
    // A lane says it again while it lasts; the workflow does nothing about it but write it down.
    if (isChanged) {
      await later.tellNow(destinationId);
      later.add({ destinationId, teamId, name }, evidence);
    }
    return;
  }
  await later.tellNow(destinationId);
  // Signalled even when the row says so already: an earlier attempt may have ended between the two.
  await signalHealth(deps.temporal, { destinationId, teamId, name }, { to, evidence });
  await endIfDeleted(deps, { destinationId, teamId, name });
}

/** A signal starts the workflow when there is none: of a webhook that was deleted meanwhile, whose own has ended. */
async function endIfDeleted(deps: ActivityDeps, webhook: WebhookRef): Promise<void> {
  if ((await getDestinationById(deps.db, webhook.destinationId)) === undefined) {
    await signalDestinationChanged(deps.temporal, webhook, 'deleted');
  }
}
