import type { Mask } from '../core/masking.ts';
import { REPLAY_REACH_DAYS, replaySeconds } from '../core/replays.ts';
import { microsOf, type MicrosRange } from '../core/time.ts';
import { SluiceError } from '../core/errors.ts';
import { webhookFilter, type StoredFilter } from '../core/webhook-filter.ts';
import type { DestinationRecord } from '../store/destinations.ts';
import { readMessages } from '../store/messages.ts';
import type { ApiDeps, ReplayPlan } from './deps.ts';
import { fieldError } from './problem.ts';
import type { NewReplayBody } from './replay-view.ts';

const MICROS_PER_DAY = 86_400_000_000;
/** Of messages that are named. */
const SAMPLED = 5;

export interface PlannedReplay extends ReplayPlan {
  range: MicrosRange;
  etaSeconds: number;
  unknown: string[];
  /** Of the unknown ones, messages that are not sent any more. */
  expired: string[];
}

/** Checks what was asked for and looks what it would send. */
export async function planOf(deps: ApiDeps, webhook: DestinationRecord, body: NewReplayBody): Promise<PlannedReplay> {
  const { id: destinationId, teamId, config } = webhook;
  const uuids = [...new Set((body.event_uuids ?? []).map((uuid) => uuid.toLowerCase()))];
  const asked = await rangeOf(deps, body);
  const settings = config as unknown as StoredLimits;
  const filter = webhookFilter(settings);
  const ofEvents = await deps.events.planReplay({
    ...{ teamId, destinationId, scope: body.scope, filter, range: asked, uuids },
    masks: settings.mask !== undefined,
  });
  const messages = await messagesAmong(deps, webhook, without(uuids, ofEvents.keys));
  const plan = withKeys(ofEvents, messages.keys);
  const { maxConcurrency, rateLimitPerSecond, batch } = settings;
  return {
    ...plan,
    range: body.scope === 'event' ? rangeAround(plan) : asked,
    etaSeconds: replaySeconds(plan.events - plan.masked, {
      maxConcurrency,
      rateLimitPerSecond,
      requestMs: plan.requestMs,
      batchEvents: batch?.maxEvents,
    }),
    unknown: body.scope === 'event' ? without(uuids, plan.keys) : [],
    expired: messages.expired,
  };
}

type Keys = ReplayPlan['keys'];

function without(uuids: readonly string[], keys: Keys): string[] {
  const found = new Set(keys.map(({ uuid }) => uuid));
  return uuids.filter((uuid) => !found.has(uuid));
}

/** What is no event of the log may be a message of the webhook. */
async function messagesAmong(
  { db, now }: ApiDeps,
  { id, teamId }: DestinationRecord,
  uuids: readonly string[],
): Promise<{ keys: Keys; expired: string[] }> {
  const messages = (await readMessages(db, teamId, uuids)).filter(({ destinationId }) => destinationId === id);
  const expired = messages.filter(({ expiresAt }) => expiresAt <= (now?.() ?? new Date()));
  const sent = messages.filter((message) => !expired.includes(message));
  return {
    keys: sent.map((message) => ({ uuid: message.id, insertedAtMicros: microsOf(message.createdAt) })),
    expired: expired.map((message) => message.id),
  };
}

function withKeys(plan: ReplayPlan, more: Keys): ReplayPlan {
  if (more.length === 0) {
    return plan;
  }
  const keys = [...plan.keys, ...more].sort((a, b) => a.insertedAtMicros - b.insertedAtMicros);
  return { ...plan, keys, events: keys.length, sample: keys.slice(0, SAMPLED) };
}

interface StoredLimits extends StoredFilter {
  maxConcurrency: number;
  rateLimitPerSecond?: number;
  mask?: Mask;
  batch?: { maxEvents: number };
}

/** By ClickHouse's clock, which stamps events. */
async function rangeOf(deps: ApiDeps, { scope, from, until, event_uuids }: NewReplayBody): Promise<MicrosRange> {
  const now = await deps.events.nowMicros();
  if (scope === 'event') {
    if (event_uuids === undefined || from !== undefined || until !== undefined) {
      throw refused(
        'event_uuids',
        'scope event takes event_uuids, and no range',
        'Name the events, or ask for a range.',
      );
    }
    return { startMicros: 0, endMicros: now };
  }
  if (event_uuids !== undefined || from === undefined) {
    throw refused('from', `scope ${scope} takes a range, and no event_uuids`, 'Send from, and until if it is not now.');
  }
  const startMicros = microsOf(new Date(from));
  const endMicros = Math.min(now, until === undefined ? now : microsOf(new Date(until)));
  if (startMicros >= endMicros) {
    throw refused('from', 'the range is empty or lies in the future', 'Choose a from that is before until, and past.');
  }
  const reach = now - REPLAY_REACH_DAYS * MICROS_PER_DAY;
  if (startMicros < reach) {
    throw fieldError('from', {
      code: 'replay_range_too_old',
      message: `from: the event log reaches ${String(REPLAY_REACH_DAYS)} days back`,
      remedy: `Replay from ${new Date(Math.ceil(reach / 1_000)).toISOString()} on; what is older can be exported.`,
    });
  }
  return { startMicros, endMicros };
}

function refused(field: string, message: string, remedy: string): SluiceError {
  return fieldError(field, { code: 'replay_range_invalid', message: `${field}: ${message}`, remedy });
}

function rangeAround({ keys }: ReplayPlan): MicrosRange {
  const startMicros = keys[0]?.insertedAtMicros ?? 0;
  return { startMicros, endMicros: (keys.at(-1)?.insertedAtMicros ?? startMicros) + 1 };
}

/** A replay of events that are all gone would only look like one. */
export function refuseWithoutEvents({ scope }: NewReplayBody, { keys }: PlannedReplay): void {
  if (scope === 'event' && keys.length === 0) {
    throw new SluiceError({
      code: 'replay_event_unknown',
      message: 'none of these is an event in the log of the team, or a message of the webhook that is still sent',
      retryable: false,
      fault: 'customer',
      remedy: `Use uuids of events or messages of the last ${String(REPLAY_REACH_DAYS)} days.`,
    });
  }
}
