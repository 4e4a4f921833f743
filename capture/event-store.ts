import type { ClickHouse } from '../clickhouse/client.ts';
import { insertEvents, type CapturedEvent } from '../clickhouse/insert-events.ts';
import type { Tracing } from '../observability/spans.ts';
import type { Database } from '../store/database.ts';
import { notifyEvents } from '../store/notify.ts';
import { Announcer } from './announcer.ts';
import { DEFAULT_COMMITTER_OPTIONS, GroupCommitter } from './group-committer.ts';
import { storeSpans } from './traced-store.ts';

export interface EventStoreSettings {
  insertTimeoutMs: number;
  maxBatchEvents: number;
  maxBatchWaitMs: number;
  maxQueuedEvents: number;
}

export interface EventStoreObserver {
  failed(error: unknown, willRetry: boolean): void;
  /** Shards were not told; they find the events by themselves, later. */
  untold(error: unknown): void;
}

export interface EventStore {
  /** Resolves when the events are stored; `bytes` is the size of their request. */
  store(events: CapturedEvent[], bytes: number): Promise<void>;
  /** Refuses new events and stores what was accepted. */
  close(): Promise<void>;
}

/** Stores what capture accepts in groups, and tells the delivery shards of each. */
export function createEventStore(
  { db, clickhouse, tracing }: { db: Database; clickhouse: ClickHouse; tracing: Tracing },
  { insertTimeoutMs, maxBatchEvents, maxBatchWaitMs, maxQueuedEvents }: EventStoreSettings,
  observe: EventStoreObserver,
): EventStore {
  const spans = storeSpans(tracing);
  const announcer = new Announcer({ tell: (teamIds) => notifyEvents(db, teamIds), onFailure: observe.untold });
  const committer = new GroupCommitter({
    ...DEFAULT_COMMITTER_OPTIONS,
    ...{ maxBatchEvents, maxWaitMs: maxBatchWaitMs, maxQueuedEvents },
    insert: async (events, deduplicationToken) => {
      const insert = () => insertEvents(clickhouse, events, { deduplicationToken, timeoutMs: insertTimeoutMs });
      await spans.inserted(events, insert);
      announcer.stored(events);
    },
    onFailure: observe.failed,
  });
  return {
    store: (events, bytes) => spans.stored(events, () => committer.store(events, bytes)),
    close: async () => {
      await committer.close();
      await announcer.close();
    },
  };
}
