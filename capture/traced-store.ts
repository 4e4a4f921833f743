import type { CapturedEvent } from '../clickhouse/insert-events.ts';
import type { SpanMark, Tracing } from '../observability/spans.ts';

/** As many uuids as a span shows. */
const SHOWN_UUIDS = 100;

/** Spans of what a request waits for, and of the inserts that hold many requests' events. */
export interface StoreSpans {
  /** Until the request's events are stored; with their uuids, which the spans of their deliveries have too. */
  stored(events: CapturedEvent[], store: () => Promise<void>): Promise<void>;
  /** Belongs to no request, so a trace of its own, linked to the requests whose events it holds. */
  inserted(events: CapturedEvent[], insert: () => Promise<void>): Promise<void>;
}

export function storeSpans(tracing: Tracing): StoreSpans {
  if (!tracing.on) {
    return { stored: (_events, store) => store(), inserted: (_events, insert) => insert() };
  }
  /** By the first event of each request. */
  const marks = new WeakMap<CapturedEvent, SpanMark>();
  return {
    stored: (events, store) =>
      tracing.span('capture store', { attributes: attributesOf(events) }, () => {
        const mark = tracing.mark();
        const [first] = events;
        if (mark !== undefined && first !== undefined) {
          marks.set(first, mark);
        }
        return store();
      }),
    inserted: (events, insert) => {
      const causes = events.flatMap((event) => marks.get(event) ?? []);
      const attributes = { 'sluice.events': events.length };
      return tracing.span('capture insert', { apart: true, attributes, causes }, insert);
    },
  };
}

function attributesOf(events: CapturedEvent[]) {
  const uuids = events.slice(0, SHOWN_UUIDS).map(({ uuid }) => uuid);
  return {
    'sluice.events': events.length,
    ...(events.length === 1 ? { 'sluice.event_uuid': uuids[0] } : { 'sluice.event_uuids': uuids }),
  };
}
