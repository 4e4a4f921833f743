/** What was seen over time, for charts and bills. */

export interface SourceMinute {
  /** Property `$lib`; empty for events without. */
  library: string;
  minute: Date;
  events: number;
}

/** Attempts at a webhook in one span of time. */
export interface DeliveryPoint {
  /** Start of the span. */
  at: Date;
  attempts: number;
  /** Attempts that succeeded. */
  delivered: number;
  /** Events given up. */
  discarded: number;
  /** Attempts after the first. */
  retries: number;
  /** Of attempts that succeeded, from the request's start to the end of the answer; null without any. */
  p50Ms: number | null;
  p95Ms: number | null;
  p99Ms: number | null;
}

/** Attempts at a webhook since some time, in brief. */
export interface DeliveryTotals {
  destinationId: string;
  attempts: number;
  delivered: number;
  discarded: number;
  lastErrorCode: string;
  lastErrorMessage: string;
  /** Of the attempt with that error; null without any. */
  lastErrorAt: Date | null;
}

/** The same, and when they succeeded. */
export interface DeliverySummary extends DeliveryTotals {
  /** Hours, by their start, with how many succeeded in them; those without any are absent. In no order. */
  hours: { at: Date; delivered: number }[];
}

export interface LoggedEvent {
  uuid: string;
  event: string;
  distinctId: string;
  library: string;
  /** RFC 3339 UTC with microseconds. */
  timestamp: string;
  insertedAtMicros: number;
}

/** Names of members of the events' properties, and of their persons'. */
export interface PropertyNames {
  event: string[];
  person: string[];
}

export interface EventDetail extends Omit<LoggedEvent, 'library'> {
  propertiesJson: string;
  personId: string;
  personPropertiesJson: string;
}

/** Place of an event in the log. */
export type EventPosition = Pick<LoggedEvent, 'insertedAtMicros' | 'uuid'>;
