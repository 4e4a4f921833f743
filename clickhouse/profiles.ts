import type { ClickHouseSettings } from '@clickhouse/client';

/** Whose work a connection does. Live work never waits for a backfill. */
export type Profile = 'live' | 'backfill';

const GIB = 1024 ** 3;

/**
 * Settings of every statement of a connection: planning, counting and the search for duplicates, not only streams.
 * Measured on the embedded engine, two cores, a query every 100 ms beside two streams: its p95 was 382 ms alone,
 * 1,150 ms beside streams with one thread each, 494 ms when those threads were nice. Priorities work there too: beside
 * live queries without a pause a stream takes twice its time (it waits a second per block), and never stops.
 */
export const PROFILES: Record<Profile, ClickHouseSettings> = {
  // Lower numbers go first. Not 0, the default: such statements hold nobody back.
  live: { max_memory_usage: String(4 * GIB), priority: '1' },
  // The nice value needs CAP_SYS_NICE; a server without it ignores the setting.
  backfill: { max_memory_usage: String(GIB), max_threads: 1, priority: '10', os_thread_priority: '19' },
};
