import type { EventFilter } from '../core/filters.ts';
import type { MicrosRange } from '../core/time.ts';
import { countParked } from './attempt-queries.ts';
import type { ClickHouse } from './client.ts';
import { countMatched } from './count-matched.ts';

/**
 * What a webhook has not sent: events that it matches from its cursor on, and parked ones. A cursor may be a minute behind
 * what was delivered, so `events` is the most it can be; null: there was no time to count them.
 */
export async function undelivered(
  ch: ClickHouse,
  { destinationId, ...matched }: { destinationId: string; teamId: number; filter: EventFilter; range: MicrosRange },
): Promise<{ events: number | null; parked: number }> {
  const [{ events, isMinimum }, parked] = await Promise.all([
    countMatched(ch, matched),
    countParked(ch, [destinationId]),
  ]);
  return { events: isMinimum ? null : events, parked: parked.get(destinationId) ?? 0 };
}
