import type { EventFilter } from './filters.ts';
import type { PropertyFilter } from './properties/filter.ts';
import type { Sample } from './sampling.ts';

/** What a webhook gets: events that its filter takes; or none, only the messages that are sent to it,
 * with `operations` by Sluice itself too. */
export const WEBHOOK_SOURCES = ['events', 'messages', 'operations'] as const;
export type WebhookSource = (typeof WEBHOOK_SOURCES)[number];

/** The settings of a webhook that choose events, as they are stored. */
export interface StoredFilter {
  /** Absent: events. */
  source?: WebhookSource;
  events?: string[];
  excludeEvents?: string[];
  properties?: PropertyFilter[];
  sample?: Sample;
}

/** One tree for live delivery, catching up, replays, audits and explanations. */
export function webhookFilter({
  source = 'events',
  events,
  excludeEvents,
  properties,
  sample,
}: StoredFilter): EventFilter {
  if (source !== 'events') {
    return { nothing: true };
  }
  return {
    ...(events === undefined ? {} : { includeEvents: events }),
    ...(excludeEvents === undefined ? {} : { excludeEvents }),
    ...(properties === undefined ? {} : { properties }),
    ...(sample === undefined ? {} : { sample }),
  };
}
