import type { EventFilter } from '../core/filters.ts';
import type { ReplayScope } from '../core/replays.ts';
import type { Micros, MicrosRange } from '../core/time.ts';
import type { ClickHouse } from './client.ts';
import { planMatched } from './plan-matched.ts';
import { countFailed, failedKeys, findEvents, requestMs } from './replay-range.ts';

const SAMPLE_EVENTS = 5;

interface Key {
  uuid: string;
  insertedAtMicros: Micros;
}

export interface ReplayRequest {
  teamId: number;
  destinationId: string;
  scope: ReplayScope;
  filter: EventFilter;
  range: MicrosRange;
  uuids: readonly string[];
  /** The webhook has a mask. */
  masks: boolean;
  /** For counting what matches. Default: 20 s. */
  budgetMs?: number;
}

interface ScopePlan {
  events: number;
  /** Of those, events that were masked when they came, which are left out again. */
  masked: number;
  /** Not all of the range was counted: it takes too long. */
  isMinimum: boolean;
  keys: Key[];
  sample: Key[];
}

const NONE: ScopePlan = { events: 0, masked: 0, isMinimum: false, keys: [], sample: [] };

type ReplayPlan = ScopePlan & { requestMs: number | undefined };

/** How many events a replay would send, and the first few. With scope `event` also where they are. */
export async function planReplay(ch: ClickHouse, request: ReplayRequest): Promise<ReplayPlan> {
  const [plan, ms] = await Promise.all([planScope(ch, request), requestMs(ch, request.destinationId)]);
  const sample = plan.sample.map(({ uuid, insertedAtMicros }) => ({ uuid, insertedAtMicros }));
  return { ...plan, sample, requestMs: ms };
}

async function planScope(
  ch: ClickHouse,
  { teamId, destinationId, scope, filter, range, uuids, masks, ...budget }: ReplayRequest,
): Promise<ScopePlan> {
  switch (scope) {
    case 'event': {
      const found = await findEvents(ch, teamId, uuids);
      const keys = found.map(({ uuid, insertedAtMicros }) => ({ uuid, insertedAtMicros }));
      return { ...NONE, events: keys.length, keys, sample: keys.slice(0, SAMPLE_EVENTS) };
    }
    case 'failed': {
      const query = { destinationId, range, asOf: new Date() };
      const [events, sample] = await Promise.all([
        countFailed(ch, query),
        failedKeys(ch, { ...query, limit: SAMPLE_EVENTS }),
      ]);
      return { ...NONE, events, sample };
    }
    case 'matched': {
      const query = { teamId, destinationId, filter, range, masks, sampled: SAMPLE_EVENTS, ...budget };
      return { ...(await planMatched(ch, query)), keys: [] };
    }
  }
}
