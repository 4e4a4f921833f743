import { randomUUID } from 'node:crypto';
import { EVENT_COLUMNS, EVENT_KEY } from '../../core/columns.ts';
import { microsOf } from '../../core/time.ts';
import type { SessionContext } from '../../destinations/contract.ts';

/** One run's context over a minute of the model `events`; override what a test is about. */
export function contextOf(overrides: Partial<SessionContext> = {}): SessionContext {
  return {
    exportId: randomUUID(),
    runId: randomUUID(),
    generation: 0,
    interval: {
      startMicros: microsOf(new Date('2026-11-21T04:18:00Z')),
      endMicros: microsOf(new Date('2026-11-21T04:19:00Z')),
    },
    model: 'events',
    columns: EVENT_COLUMNS,
    key: EVENT_KEY,
    mode: 'append',
    versionColumn: undefined,
    format: { fileFormat: 'jsonl', compression: 'none' },
    maxFileBytes: undefined,
    signal: new AbortController().signal,
    ...overrides,
  };
}
