import { WorkflowNotFoundError } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { tsToMs } from '@temporalio/common/lib/time.js';
import type { temporal } from '@temporalio/proto';
import type { TemporalClient } from '../temporal.ts';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;
type Payloads = temporal.api.common.v1.IPayloads;

/** Histories read at the same time; each is a request or a few. */
const AT_ONCE = 8;

/** The execution's events; undefined when Temporal has forgotten it meanwhile. */
export async function historyOf(
  { client }: TemporalClient,
  { workflowId, runId }: { workflowId: string; runId: string },
): Promise<readonly HistoryEvent[] | undefined> {
  try {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    return events ?? [];
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) {
      return undefined;
    }
    throw error;
  }
}

/** Reads them a few at a time and keeps the order. */
export async function readEach<Item, Result>(
  items: readonly Item[],
  read: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += AT_ONCE) {
    results.push(...(await Promise.all(items.slice(start, start + AT_ONCE).map(read))));
  }
  return results;
}

/** What the first argument was, as the default converter reads it. */
export function firstArgument(payloads: Payloads | null | undefined): unknown {
  const payload = payloads?.payloads?.[0];
  return payload ? defaultPayloadConverter.fromPayload(payload) : undefined;
}

/** Input of the workflow. */
export function inputOf(events: readonly HistoryEvent[]): unknown {
  return firstArgument(events[0]?.workflowExecutionStartedEventAttributes?.input);
}

export interface ActivityTimes {
  /** How long first attempts waited for a worker, together. A retried attempt hides when the first one began. */
  queuedMs: number;
  /** Repeated attempts of activities. */
  retries: number;
}

export function activityTimes(events: readonly HistoryEvent[]): ActivityTimes {
  const scheduledMs = new Map<string, number>();
  const times: ActivityTimes = { queuedMs: 0, retries: 0 };
  for (const event of events) {
    if (event.activityTaskScheduledEventAttributes) {
      scheduledMs.set(String(event.eventId), tsToMs(event.eventTime));
    }
    const started = event.activityTaskStartedEventAttributes;
    if (started) {
      const attempt = started.attempt ?? 1;
      const since = scheduledMs.get(String(started.scheduledEventId));
      times.retries += attempt - 1;
      times.queuedMs += attempt === 1 && since !== undefined ? tsToMs(event.eventTime) - since : 0;
    }
  }
  return times;
}

/** Signals of that name with their time, from old to new. */
export function signalsOf(events: readonly HistoryEvent[], name: string): { atMs: number; argument: unknown }[] {
  return events.flatMap(({ eventTime, workflowExecutionSignaledEventAttributes: signal }) =>
    signal?.signalName === name ? [{ atMs: tsToMs(eventTime), argument: firstArgument(signal.input) }] : [],
  );
}

/** Results of the activity's attempts that succeeded, with the time at which they did, from old to new. */
export function resultsOf(events: readonly HistoryEvent[], activity: string): { atMs: number; result: unknown }[] {
  const scheduled = new Set<string>();
  return events.flatMap(({ eventId, eventTime, ...event }) => {
    if (event.activityTaskScheduledEventAttributes?.activityType?.name === activity) {
      scheduled.add(String(eventId));
    }
    const { scheduledEventId, result } = event.activityTaskCompletedEventAttributes ?? {};
    return scheduled.has(String(scheduledEventId)) ? [{ atMs: tsToMs(eventTime), result: firstArgument(result) }] : [];
  });
}
