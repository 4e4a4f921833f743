import type { EventFilter } from './filters.ts';
import type { PropertyFilter } from './properties/filter.ts';
import type { Sample } from './sampling.ts';

/** The settings of a webhook that choose events, as they are stored. */
export interface StoredFilter {
  events?: string[];
  excludeEvents?: string[];
  properties?: PropertyFilter[];
  sample?: Sample;
}

/** One tree for live delivery, catching up, replays, audits and explanations. */
export function webhookFilter({ events, excludeEvents, properties, sample }: StoredFilter): EventFilter {
  return {
    ...(events === undefined ? {} : { includeEvents: events }),
    ...(excludeEvents === undefined ? {} : { excludeEvents }),
    ...(properties === undefined ? {} : { properties }),
    ...(sample === undefined ? {} : { sample }),
  };
}
