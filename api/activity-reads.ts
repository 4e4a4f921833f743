import type {
  DeliveryPoint,
  DeliverySummary,
  DeliveryTotals,
  EventDetail,
  EventPosition,
  LoggedEvent,
  PropertyNames,
  SourceMinute,
} from '../core/activity.ts';

interface Span {
  teamId: number;
  from: Date;
  to: Date;
}

interface DeliveryChartQuery extends Span {
  destinationId: string;
  stepSeconds: number;
  /** Of the totals, which have no end; absent: since ever. */
  since?: Date;
}

/** Of a webhook. */
interface DeliveryFigures {
  delivered: number;
  discarded: number;
  attempts: number;
  p50Ms: number | null;
  p99Ms: number | null;
}

/** What charts, lists of events and bills read from ClickHouse; implemented by clickhouse/activity/. */
export interface ActivityReads {
  sourceMinutes(query: { teamId: number; since: Date }): Promise<SourceMinute[]>;
  /** By UTC day. */
  eventsByDay(query: Span): Promise<{ day: string; events: number }[]>;
  deliveriesByDay(query: Span): Promise<{ day: string; attempts: number; delivered: number }[]>;
  /** Of whole hours: of every webhook with attempts in them; of these only, where ids are given. */
  deliveryTotals(query: Span & { destinationIds?: readonly string[] }): Promise<DeliveryTotals[]>;
  deliverySummaries(query: Span & { destinationIds: readonly string[] }): Promise<DeliverySummary[]>;
  /** Totals since a time, and points of a span, oldest first; steps without attempts are absent. */
  deliveryChart(query: DeliveryChartQuery): Promise<{ totals: DeliveryFigures; points: DeliveryPoint[] }>;
  /** Newest first. */
  listEvents(query: {
    teamId: number;
    limit: number;
    since: Date;
    after?: EventPosition;
    before?: EventPosition;
    event?: string;
    search?: string;
  }): Promise<LoggedEvent[]>;
  /** Of the newest events since then, the most frequent first. */
  propertyNames(query: { teamId: number; since: Date }): Promise<PropertyNames>;
  findEvent(query: { teamId: number; uuid: string }): Promise<(EventDetail & { insertedAt: Date }) | undefined>;
  /** The newest attempt at an event by each webhook that tried. */
  attemptsOfEvent(query: {
    teamId: number;
    eventUuid: string;
    destinationIds: readonly string[];
  }): Promise<{ destinationId: string; attempts: number; outcome: string; attemptedMs: number }[]>;
}
