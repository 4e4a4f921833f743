import type {
  DeliveryPoint,
  DeliveryStep,
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

/** What charts, lists of events and bills read from ClickHouse; implemented by clickhouse/activity/. */
export interface ActivityReads {
  sourceMinutes(query: { teamId: number; since: Date }): Promise<SourceMinute[]>;
  /** By UTC day. */
  eventsByDay(query: Span): Promise<{ day: string; events: number }[]>;
  deliveriesByDay(query: Span): Promise<{ day: string; attempts: number; delivered: number }[]>;
  /** Of every webhook with attempts in the span; of these only, where ids are given. */
  deliveryTotals(query: Span & { destinationIds?: readonly string[] }): Promise<DeliveryTotals[]>;
  /** Steps without any success are absent. */
  deliverySteps(query: Span & { destinationIds: readonly string[]; stepSeconds: number }): Promise<DeliveryStep[]>;
  /** Oldest first; steps without attempts are absent. */
  deliverySeries(query: Span & { destinationId: string; stepSeconds: number }): Promise<DeliveryPoint[]>;
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
