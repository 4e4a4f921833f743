import {
  allHandlersFinished,
  condition,
  continueAsNew,
  patched,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { isProbed, nextProbeMs } from '../core/probe-pace.ts';
import { addTraffic, emptyTraffic } from '../core/traffic.ts';
import { retrying } from './activity-options.ts';
import { webhookCard } from './cards.ts';
import {
  destinationChangedSignal,
  healthChangedSignal,
  trafficSignal,
  webhookStateQuery,
  type DestinationChange,
  type WebhookHealth,
  type WebhookInput,
  type WebhookState,
} from './messages.ts';
import { SEARCH_ATTRIBUTES } from './search-attributes.ts';

const KEPT_TRANSITIONS = 20;
/** A deletion that was taken back while the last retries were being told of it. */
const RESTORED = '2026-11-21-restored-webhook-goes-on';
const DROPS_RETRIES = '2026-11-21-deleted-webhook-drops-retries';

/**
 * One entity workflow per webhook destination: it decides when a paused destination is probed, and it is the readable
 * record of what the destination did. It waits without cost until a signal comes.
 */
export async function webhook(input: WebhookInput): Promise<void> {
  const state = initialState(input);
  let changed = true;
  let pendingHealth: WebhookHealth | undefined;
  let askedMs: number | undefined;
  setHandler(healthChangedSignal, ({ to, evidence }) => {
    pendingHealth = to;
    recordTransition(state, to, evidence);
  });
  setHandler(destinationChangedSignal, ({ change }) => {
    const to = healthAfter(change, state);
    if (to !== state.health) {
      pendingHealth = to;
      recordTransition(state, to, { reason: `the webhook was ${change}` });
    }
  });
  setHandler(trafficSignal, (report) => {
    addTraffic(state.totals, report);
    changed = true;
  });
  setHandler(webhookStateQuery, () => state);

  while (!isDeleted(state)) {
    if (changed) {
      publish(input.name, state);
      changed = false;
    }
    const probeMs = nextProbeMs({ ...state, askedMs });
    const probeDue = await timePasses(() => changed || pendingHealth !== undefined, probeMs);
    if (pendingHealth !== undefined) {
      const to = pendingHealth;
      pendingHealth = undefined;
      changed = true;
      state.probes = isProbed(to) ? state.probes : 0;
      if (to === 'healthy' || to === 'recovering') {
        await retrying.resumeRetries({ destinationId: input.destinationId });
      }
    } else if (probeDue) {
      askedMs = await probe(input, state);
      changed = true;
    }
    if (workflowInfo().continueAsNewSuggested) {
      await condition(allHandlersFinished);
      await continueAsNew<typeof webhook>({ ...input, ...state });
    }
  }
  if (patched(DROPS_RETRIES)) {
    // They wake, find the webhook deleted, and end as dropped, instead of hours later.
    await retrying.resumeRetries({ destinationId: input.destinationId });
  }
  if (!isDeleted(state) && patched(RESTORED)) {
    await condition(allHandlersFinished);
    await continueAsNew<typeof webhook>({ ...input, ...state });
  }
  publish(input.name, state);
}

/** Not by comparing: signals change it while others wait. */
function isDeleted({ health }: WebhookState): boolean {
  return health === 'deleted';
}

function initialState(input: WebhookInput): WebhookState {
  return {
    health: input.health ?? 'healthy',
    probes: input.probes ?? 0,
    totals: input.totals ?? emptyTraffic(),
    transitions: input.transitions ?? [],
    ...(input.pausedFrom === undefined ? {} : { pausedFrom: input.pausedFrom }),
  };
}

function healthAfter(change: DestinationChange, { health, pausedFrom }: WebhookState): WebhookHealth {
  switch (change) {
    case 'deleted':
      return 'deleted';
    case 'restored':
      return health === 'deleted' ? 'healthy' : health;
    case 'paused':
      return 'paused_user';
    case 'created':
      return 'healthy';
    case 'updated':
    case 'check_passed':
      return health === 'paused_user' ? health : triedAgain(health);
    case 'resumed':
      return triedAgain(health === 'paused_user' ? (pausedFrom ?? 'healthy') : health);
  }
}

/** A user who changes or resumes a suspended destination expects it to be tried. */
function triedAgain(health: WebhookHealth): WebhookHealth {
  return health === 'healthy' || health === 'degraded' ? health : 'recovering';
}

/** True when `ms` have passed before the condition came true; without `ms` it waits for the condition alone. */
async function timePasses(until: () => boolean, ms: number | undefined): Promise<boolean> {
  if (ms === undefined) {
    await condition(until);
    return false;
  }
  return !(await condition(until, ms));
}

/** Answers for how long the endpoint wants to be left alone. */
async function probe(input: WebhookInput, state: WebhookState): Promise<number | undefined> {
  state.probes += 1;
  const { destinationId, teamId } = input;
  const result = await retrying.probeDestination({ destinationId, teamId, probe: state.probes });
  if (result.traffic !== undefined) {
    addTraffic(state.totals, result.traffic);
  }
  if (!isProbed(state.health)) {
    // Decided otherwise while the probe ran: a user paused, resumed or deleted the webhook.
    return undefined;
  }
  if (result.outcome === 'recovered') {
    state.probes = 0;
    recordTransition(state, 'recovering', result.evidence);
    await retrying.resumeRetries({ destinationId: input.destinationId });
  } else if (result.outcome === 'inactive') {
    recordTransition(state, 'paused_user', result.evidence);
  }
  return result.retryAfterMs;
}

function recordTransition(state: WebhookState, to: WebhookHealth, evidence: Record<string, unknown>): void {
  if (to === 'paused_user' && state.health !== to) {
    state.pausedFrom = state.health;
  }
  state.health = to;
  state.transitions = [...state.transitions, { to, at: new Date().toISOString(), evidence }].slice(-KEPT_TRANSITIONS);
}

function publish(name: string, state: WebhookState): void {
  setCurrentDetails(webhookCard(name, state));
  upsertSearchAttributes([{ key: SEARCH_ATTRIBUTES.outcome, value: state.health }]);
}
