import type { EventFilter } from '../core/filters.ts';
import type { MicrosRange } from '../core/time.ts';
import { countParked } from './attempt-queries.ts';
import type { ClickHouse } from './client.ts';
import { countMatched } from './tail.ts';

/**
 * What a webhook has not sent: events that it matches from its cursor on, and parked ones. A cursor may be a minute behind
 * what was delivered, so `events` is the most it can be.
 */
export async function undelivered(
  ch: ClickHouse,
  { destinationId, ...matched }: { destinationId: string; teamId: number; filter: EventFilter; range: MicrosRange },
): Promise<{ events: number; parked: number }> {
  const [events, parked] = await Promise.all([countMatched(ch, matched), countParked(ch, [destinationId])]);
  return { events, parked: parked.get(destinationId) ?? 0 };
}
