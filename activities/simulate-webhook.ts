import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { newestMatching } from '../clickhouse/newest-matching.ts';
import type { ShownRequest } from '../core/explanation.ts';
import { filterToPredicate } from '../core/filters.ts';
import { decideMasks, keyedEvents, windowMicrosOf } from '../core/masking.ts';
import type { SimulatedEvent, Simulation, SimulationRequest } from '../core/simulation.ts';
import type { TailEvent } from '../core/webhook-event.ts';
import { prepareAttempt } from '../delivery/attempt.ts';
import { payloadDifference } from '../delivery/payload-difference.ts';
import type { LaneConfig } from '../delivery/shard/lane-config.ts';
import { getWebhookRuntime } from '../store/webhooks.ts';
import type { ActivityDeps } from './deps.ts';
import { laneConfig } from './lane-configs.ts';
import { shownRequest } from './shown-request.ts';

type Deps = Pick<ActivityDeps, 'db' | 'box' | 'clickhouse'>;

/** Of each list; counts are of all. */
const EXAMPLES = 20;
/** For rendering: a template may take 50 ms for each of its texts. */
const RENDER_BUDGET_MS = 5_000;

/**
 * What a change of a webhook would do to events that were captured: which begin or cease to match, and how their requests
 * change. Sends and stores nothing; no activity, since it shows events. Undefined when the webhook is gone.
 */
export async function simulateWebhook(deps: Deps, request: SimulationRequest): Promise<Simulation | undefined> {
  const webhook = await getWebhookRuntime(deps.db, deps.box, request.destinationId);
  if (webhook?.teamId !== request.teamId) {
    return undefined;
  }
  const [before, after] = [laneConfig(webhook), laneConfig({ ...webhook, ...request.changed })];
  const { teamId, range, last: limit } = request;
  const filters = [before.filter, after.filter];
  const { events, ...seen } = await newestMatching(deps.clickhouse, { teamId, filters, range, limit });
  const newestFirst = events.toReversed();
  const [wasWanted, isWanted] = [filterToPredicate(before.filter), filterToPredicate(after.filter)];
  const wanted = newestFirst.filter(isWanted);
  return {
    ...seen,
    matchedBefore: newestFirst.filter(wasWanted).length,
    matchedAfter: wanted.length,
    maskedBefore: countMasked(before, newestFirst.filter(wasWanted)),
    maskedAfter: countMasked(after, wanted),
    begins: listed(wanted.filter((event) => !wasWanted(event))),
    ceases: listed(newestFirst.filter((event) => wasWanted(event) && !isWanted(event))),
    request: requestChanges(before, after),
    ...(await comparePayloads({ before, after }, wanted, wasWanted)),
  };
}

function countMasked({ mask }: LaneConfig, events: readonly TailEvent[]): number {
  return mask === undefined ? 0 : decideMasks(windowMicrosOf(mask), [], keyedEvents(mask, events)).maskedBy.size;
}

function listed(events: readonly TailEvent[]): Simulation['begins'] {
  return { count: events.length, events: events.slice(0, EXAMPLES).map(simulated) };
}

function simulated({ uuid, event, distinctId, insertedAtMicros }: TailEvent): SimulatedEvent {
  return { uuid, event, distinctId, insertedAtMicros };
}

/** In method, URL and headers, whose secret values look alike. */
function requestChanges(before: LaneConfig, after: LaneConfig): Simulation['request'] {
  const [was, is] = [before, after].map(partsOf);
  return (['method', 'url', 'headers'] as const)
    .map((part) => ({ part, before: was?.[part] ?? '', after: is?.[part] ?? '' }))
    .filter((change) => change.before !== change.after);
}

const NO_EVENT: TailEvent = {
  ...{ teamId: 0, uuid: '', event: '', distinctId: '', propertiesJson: '{}', personId: '' },
  ...{ personPropertiesJson: '{}', timestamp: '', insertedAtMicros: 0 },
};

function partsOf(config: LaneConfig): { method: string; url: string; headers: string } {
  const { method, url, headers } = rendered(config, NO_EVENT);
  return {
    method,
    url,
    headers: Object.entries(headers)
      .map((header) => header.join(': '))
      .sort()
      .join(', '),
  };
}

function rendered(config: LaneConfig, event: TailEvent): ShownRequest {
  return shownRequest(prepareAttempt({ config, event, attempt: 1, via: 'live' }, 0));
}

async function comparePayloads(
  { before, after }: { before: LaneConfig; after: LaneConfig },
  wanted: readonly TailEvent[],
  wasWanted: (event: TailEvent) => boolean,
): Promise<Pick<Simulation, 'payloads' | 'failed'>> {
  const payloads: Simulation['payloads'] = { compared: 0, changed: 0, examples: [] };
  const failed: Simulation['failed'] = { count: 0, examples: [] };
  const json = [before, after].every(({ contentType }) => /json/i.test(contentType));
  const deadlineMs = Date.now() + RENDER_BUDGET_MS;
  for (const event of wanted) {
    // Each event is a turn of its own: the server goes on answering others.
    await turnOfTheLoop();
    if (Date.now() > deadlineMs) {
      break;
    }
    const { body, refusal } = rendered(after, event);
    if (refusal !== null) {
      failed.count += 1;
      addTo(failed.examples, { ...simulated(event), ...refusal });
    } else if (wasWanted(event)) {
      payloads.compared += 1;
      const differences = payloadDifference(rendered(before, event).body, body, { json });
      payloads.changed += differences.length > 0 ? 1 : 0;
      addTo(payloads.examples, ...(differences.length > 0 ? [{ ...simulated(event), differences }] : []));
    }
  }
  return { payloads, failed };
}

function addTo<Example>(examples: Example[], ...more: Example[]): void {
  if (examples.length < EXAMPLES) {
    examples.push(...more);
  }
}
