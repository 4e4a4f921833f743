import type { ClickHouse } from './client.ts';
import { deliveryCharts } from './activity/delivery-chart.ts';
import { attemptsOfEvent, deliveriesByDay } from './activity/delivery-series.ts';
import { deliverySummaries, deliveryTotals } from './activity/delivery-summaries.ts';
import { findEvent, listEvents } from './activity/event-list.ts';
import { propertyNames } from './activity/property-names.ts';
import { eventsByDay, sourceMinutes } from './activity/sources.ts';
import { countIntervals } from './interval-counts.ts';
import { listRejected, rejectedIntervals } from './rejected-records.ts';
import { listLogEntries, runManifest } from './log-entries.ts';
import { messageStates } from './message-states.ts';
import { newestAttempts } from './newest-attempts.ts';
import { planReplay } from './plan-replay.ts';
import { nowMicros } from './tail.ts';
import { undelivered } from './undelivered.ts';

type Bound<Read> = Read extends (ch: ClickHouse, query: infer Query) => infer Answer ? (query: Query) => Answer : never;

export interface BoundReads {
  nowMicros: () => ReturnType<typeof nowMicros>;
  listAttempts: Bound<typeof newestAttempts>;
  messageStates: Bound<typeof messageStates>;
  countIntervals: Bound<typeof countIntervals>;
  planReplay: Bound<typeof planReplay>;
  undelivered: Bound<typeof undelivered>;
  listLogEntries: Bound<typeof listLogEntries>;
  runManifest: Bound<typeof runManifest>;
  listRejected: Bound<typeof listRejected>;
  rejectedIntervals: Bound<typeof rejectedIntervals>;
  attemptsOfEvent: Bound<typeof attemptsOfEvent>;
  deliveriesByDay: Bound<typeof deliveriesByDay>;
  deliveryChart: ReturnType<typeof deliveryCharts>;
  deliverySummaries: Bound<typeof deliverySummaries>;
  deliveryTotals: Bound<typeof deliveryTotals>;
  findEvent: Bound<typeof findEvent>;
  listEvents: Bound<typeof listEvents>;
  propertyNames: Bound<typeof propertyNames>;
  eventsByDay: Bound<typeof eventsByDay>;
  sourceMinutes: Bound<typeof sourceMinutes>;
}

/** What the API asks of ClickHouse, on one connection. */
export function eventReads(ch: ClickHouse): BoundReads {
  return {
    nowMicros: () => nowMicros(ch),
    listAttempts: (query) => newestAttempts(ch, query),
    messageStates: (query) => messageStates(ch, query),
    countIntervals: (query) => countIntervals(ch, query),
    planReplay: (query) => planReplay(ch, query),
    undelivered: (query) => undelivered(ch, query),
    listLogEntries: (query) => listLogEntries(ch, query),
    runManifest: (query) => runManifest(ch, query),
    listRejected: (query) => listRejected(ch, query),
    rejectedIntervals: (query) => rejectedIntervals(ch, query),
    attemptsOfEvent: (query) => attemptsOfEvent(ch, query),
    deliveriesByDay: (query) => deliveriesByDay(ch, query),
    deliveryChart: deliveryCharts(ch),
    deliverySummaries: (query) => deliverySummaries(ch, query),
    deliveryTotals: (query) => deliveryTotals(ch, query),
    findEvent: (query) => findEvent(ch, query),
    listEvents: (query) => listEvents(ch, query),
    propertyNames: (query) => propertyNames(ch, query),
    eventsByDay: (query) => eventsByDay(ch, query),
    sourceMinutes: (query) => sourceMinutes(ch, query),
  };
}
