const DAY_MS = 24 * 60 * 60_000;

/**
 * Intervals that ended longer ago are not reconciled: which rows are duplicates is known for 8 days (the TTL of
 * event_first_seen), and a duplicate of an event that is forgotten would look like a late row.
 */
export const RECONCILED_FOR_MS = 7 * DAY_MS;
/** The second look at an interval, shortly before it is too old for one. */
export const SECOND_LOOK_AFTER_MS = 6 * DAY_MS;
