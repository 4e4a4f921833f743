import type { EventFilter } from '../core/filters.ts';
import type { ReplayScope } from '../core/replays.ts';
import type { Micros, MicrosRange } from '../core/time.ts';
import type { ClickHouse } from './client.ts';
import { countFailed, countMasked, failedKeys, findEvents, requestMs } from './replay-range.ts';
import { countMatched, readKeys } from './tail.ts';

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
}

interface ScopePlan {
  events: number;
  /** Of those, events that were masked when they came, which are left out again. */
  masked: number;
  keys: Key[];
  sample: Key[];
}

type ReplayPlan = ScopePlan & { requestMs: number | undefined };

/** How many events a replay would send, and the first few. With scope `event` also where they are. */
export async function planReplay(ch: ClickHouse, request: ReplayRequest): Promise<ReplayPlan> {
  const [plan, ms] = await Promise.all([planScope(ch, request), requestMs(ch, request.destinationId)]);
  const sample = plan.sample.map(({ uuid, insertedAtMicros }) => ({ uuid, insertedAtMicros }));
  return { ...plan, sample, requestMs: ms };
}

async function planScope(
  ch: ClickHouse,
  { teamId, destinationId, scope, filter, range, uuids, masks }: ReplayRequest,
): Promise<ScopePlan> {
  switch (scope) {
    case 'event': {
      const found = await findEvents(ch, teamId, uuids);
      const keys = found.map(({ uuid, insertedAtMicros }) => ({ uuid, insertedAtMicros }));
      return { events: keys.length, masked: 0, keys, sample: keys.slice(0, SAMPLE_EVENTS) };
    }
    case 'failed': {
      const query = { destinationId, range, asOf: new Date() };
      const [events, sample] = await Promise.all([
        countFailed(ch, query),
        failedKeys(ch, { ...query, limit: SAMPLE_EVENTS }),
      ]);
      return { events, masked: 0, keys: [], sample };
    }
    case 'matched': {
      const { startMicros: fromMicros, endMicros: untilMicros } = range;
      const [events, masked, sample] = await Promise.all([
        countMatched(ch, { teamId, filter, range }),
        masks ? countMasked(ch, { destinationId, teamId, filter, range }) : 0,
        readKeys(ch, { teamIds: [teamId], fromMicros, untilMicros, limit: SAMPLE_EVENTS, filter }),
      ]);
      return { events, masked, keys: [], sample };
    }
  }
}
