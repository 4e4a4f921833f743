import type { Micros } from './time.ts';

/** One event as the delivery tail reads it. `properties` stay the JSON text that was captured; nobody parses them. */
export interface TailEvent {
  teamId: number;
  uuid: string;
  event: string;
  distinctId: string;
  /** Captured JSON object, verbatim. */
  propertiesJson: string;
  personId: string;
  /** Captured JSON object, verbatim; `{}` when none was sent. */
  personPropertiesJson: string;
  /** The event's own time, RFC 3339 UTC with microseconds. */
  timestamp: string;
  insertedAtMicros: Micros;
  /** Present: a message that somebody sent to this one destination; its payload, any JSON, is in `propertiesJson`. */
  message?: { expiresAtMs: number };
}
