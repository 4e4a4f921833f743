import type { EventFilter } from '../core/filters.ts';
import type { Micros, MicrosRange } from '../core/time.ts';
import type { ClickHouse } from './client.ts';
import { COUNT_SECONDS, countPart, countParts } from './count-matched.ts';
import { countMasked } from './replay-range.ts';
import type { TeamRange } from './scan-steps.ts';
import { readKeys } from './tail.ts';

export interface MatchedPlan {
  events: number;
  /** Of those, events that were masked when they came. */
  masked: number;
  /** The first few. */
  sample: { uuid: string; insertedAtMicros: Micros }[];
  /** There was no time to count all of the range: these are of its beginning. */
  isMinimum: boolean;
}

interface MatchedQuery {
  teamId: number;
  destinationId: string;
  filter: EventFilter;
  range: MicrosRange;
  masks: boolean;
  sampled: number;
  budgetMs?: number;
}

/** What a filter takes of a range, however wide it is and however few that are. */
export async function planMatched(
  ch: ClickHouse,
  { teamId, destinationId, filter, range, masks, sampled, ...budget }: MatchedQuery,
): Promise<MatchedPlan> {
  const plan: MatchedPlan = { events: 0, masked: 0, sample: [], isMinimum: false };
  const isWhole = await countParts(ch, { teamId, range, ...budget }, async (part) => {
    const [events, masked, keys] = await Promise.all([
      countPart(ch, part, filter),
      masks ? countMasked(ch, { destinationId, part, filter, maxSeconds: COUNT_SECONDS }) : 0,
      firstKeys(ch, part, { filter, limit: sampled - plan.sample.length }),
    ]);
    plan.events += events;
    plan.masked += masked;
    plan.sample.push(...keys);
  });
  return { ...plan, isMinimum: !isWhole };
}

async function firstKeys(
  ch: ClickHouse,
  { teamId, ...part }: TeamRange,
  { filter, limit }: { filter: EventFilter; limit: number },
): Promise<MatchedPlan['sample']> {
  const query = { ...part, teamIds: [teamId], filter, limit };
  return limit === 0 ? [] : readKeys(ch, query, { maxSeconds: COUNT_SECONDS });
}
