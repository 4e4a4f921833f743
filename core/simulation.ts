import type { Micros, MicrosRange } from './time.ts';

/** A change of a webhook, over events that were captured. Nothing is sent. */
export interface SimulationRequest {
  teamId: number;
  destinationId: string;
  /** As the webhook would be, its secrets opened. */
  changed: { name: string; config: Record<string, unknown> };
  /** Where to look for events. */
  range: MicrosRange;
  /** At most so many events that the webhook takes before or after the change, the newest. */
  last: number;
}

export interface SimulatedEvent {
  uuid: string;
  event: string;
  distinctId: string;
  insertedAtMicros: Micros;
}

/** One place at which two texts differ. */
export interface Difference {
  /** A JSON pointer; empty for the whole. */
  path: string;
  /** Null: not there. */
  before: string | null;
  after: string | null;
}

export interface Simulation {
  /** What was examined: all of the range, or its end when `last` events were found in that. */
  range: MicrosRange;
  /** Events of the team in it, whatever the filter. */
  captured: number;
  matchedBefore: number;
  matchedAfter: number;
  /** Of those, events that the mask holds back when nothing was sent before the range. */
  maskedBefore: number;
  maskedAfter: number;
  begins: { count: number; events: SimulatedEvent[] };
  ceases: { count: number; events: SimulatedEvent[] };
  /** What changes in every request beside its body. */
  request: { part: 'method' | 'url' | 'headers'; before: string; after: string }[];
  payloads: {
    /** Events that match before and after and were rendered both ways in the time there was. */
    compared: number;
    changed: number;
    /** The first few of those that changed. */
    examples: (SimulatedEvent & { differences: Difference[] })[];
  };
  /** Events that cannot be rendered after the change. */
  failed: { count: number; examples: (SimulatedEvent & { code: string; message: string })[] };
}
