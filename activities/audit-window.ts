import {
  matchedDigests,
  missedEvents,
  openRetries,
  settledDigests,
  type MinuteDigests,
} from '../clickhouse/delivery-audit.ts';
import { readEventsByKeys } from '../clickhouse/tail.ts';
import type { Micros, MicrosRange } from '../core/time.ts';
import type { TailEvent } from '../core/webhook-event.ts';
import type { LaneConfig } from '../delivery/shard/lane-config.ts';
import type { ActivityDeps } from './deps.ts';
import { withoutMasked } from './masks.ts';
import { handToRetry, NOTHING_MISSED, reportMissed, type MissedEvent, type Missed } from './missed-deliveries.ts';
import { tendWaiting } from './waiting-retries.ts';

const MICROS_PER_MINUTE = 60 * 1_000_000;
/** Retries whose workflow is looked up per window: an outage leaves up to a thousand, which are all alike. */
const MAX_RETRIES_LOOKED_AT = 200;

/** Events of which a mask looks at the properties, which are up to 1 MB each. */
const MASKED_AT_ONCE = 50;

type EventKey = Pick<TailEvent, 'uuid' | 'insertedAtMicros'>;

export interface WindowAudit {
  /** Stored rows that the destination wants. */
  compared: number;
  /** Events without an owner. */
  missed: number;
  /** Those of them that a new retry has taken. */
  retried: number;
  /** The end of the window; earlier when the destination has as many open retries as it may. */
  untilMicros: Micros;
}

export interface Auditor {
  audit(config: LaneConfig, range: MicrosRange): Promise<WindowAudit>;
}

/** Destinations with the same filter mostly share their windows: what an audit counts in the log is kept for the others. */
export function createAuditor(deps: ActivityDeps): Auditor {
  const counted = new Map<string, Promise<MinuteDigests>>();
  const matched = ({ teamId, filter }: LaneConfig, range: MicrosRange): Promise<MinuteDigests> => {
    const key = JSON.stringify([teamId, filter, range]);
    const known = counted.get(key) ?? matchedDigests(deps.clickhouse, { teamId, filter, range });
    counted.set(key, known);
    return known;
  };
  return {
    audit: async (config, range) => {
      const wanted = await matched(config, range);
      const { destinationId } = config;
      const settled = await settledDigests(deps.clickhouse, { destinationId, range });
      const missed = NOTHING_MISSED();
      const untilMicros = await takeMissed(deps, config, { range, minutes: differing(wanted, settled) }, missed);
      await checkRetries(deps, config, { ...range, endMicros: untilMicros }, missed);
      const compared = [...wanted.values()].reduce((sum, { rows }) => sum + rows, 0);
      await reportMissed(deps, config, { range, compared, missed });
      const { retried, known, abandoned } = missed;
      return {
        compared,
        missed: retried.length + known.length + abandoned.length,
        retried: retried.length,
        untilMicros,
      };
    },
  };
}

function differing(wanted: MinuteDigests, settled: MinuteDigests): Micros[] {
  return [...wanted]
    .filter(([minute, { rows, hash }]) => settled.get(minute)?.rows !== rows || settled.get(minute)?.hash !== hash)
    .map(([minute]) => minute)
    .sort((left, right) => left - right);
}

/** Answers up to where every missed event has an owner now. */
async function takeMissed(
  deps: ActivityDeps,
  config: LaneConfig,
  { range, minutes }: { range: MicrosRange; minutes: readonly Micros[] },
  into: Missed,
): Promise<Micros> {
  const { teamId, filter, destinationId } = config;
  for (const minute of minutes) {
    const startMicros = Math.max(minute, range.startMicros);
    const scope = {
      teamId,
      filter,
      range: { startMicros, endMicros: Math.min(minute + MICROS_PER_MINUTE, range.endMicros) },
    };
    for await (const events of missedEvents(deps.clickhouse, scope, destinationId)) {
      for (const { uuid, insertedAtMicros } of await notMasked(deps, config, events)) {
        const event = { eventUuid: uuid, eventInsertedAtMicros: insertedAtMicros, attempt: 0 };
        if (!(await take(deps, config, event, into))) {
          return startMicros;
        }
      }
    }
  }
  return range.endMicros;
}

/** Without those that turn out to be masked: only the row that says so was missing. */
async function notMasked(
  deps: ActivityDeps,
  config: LaneConfig,
  keys: readonly EventKey[],
): Promise<readonly EventKey[]> {
  if (config.mask === undefined) {
    return keys;
  }
  const wanted: EventKey[] = [];
  for (let start = 0; start < keys.length; start += MASKED_AT_ONCE) {
    const page = keys.slice(start, start + MASKED_AT_ONCE);
    const events = await readEventsByKeys(deps.clickhouse, config.teamId, page);
    wanted.push(...(await withoutMasked(deps, config, events, 'live')));
  }
  return wanted;
}

/** False: the destination has as many open retries as it may, so the event is left to a later audit. */
async function take(deps: ActivityDeps, config: LaneConfig, event: MissedEvent, into: Missed): Promise<boolean> {
  const taken = await handToRetry(deps, config, event);
  if (taken !== 'refused') {
    into[taken].push(event.eventUuid);
  }
  return taken !== 'refused';
}

/** Retries of the window that do not run any more. */
async function checkRetries(deps: ActivityDeps, config: LaneConfig, range: MicrosRange, into: Missed): Promise<void> {
  const { destinationId } = config;
  const waiting = await openRetries(deps.clickhouse, { destinationId, range, limit: MAX_RETRIES_LOOKED_AT });
  await tendWaiting(deps, config, waiting, into);
}
