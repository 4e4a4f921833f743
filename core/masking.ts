import { exactNumber } from './properties/numbers.ts';
import { members, valueSpan, type Span } from './json-spans.ts';
import { personOf } from './person.ts';
import type { Micros } from './time.ts';
import type { TailEvent } from './webhook-event.ts';

const MICROS_PER_SECOND = 1_000_000;

/** A value in the event's or the person's properties; each name is the literal name of a member. */
export interface MaskProperty {
  source: 'event' | 'person';
  path: string[];
}

/** Of the events with the same key at most one in this time. */
export interface Mask {
  everySeconds: number;
  by: 'person' | 'distinct_id' | MaskProperty;
}

/** One event with its key; `atMicros` is when it was ingested, the clock of all windows. */
export interface KeyedEvent {
  key: string;
  uuid: string;
  atMicros: Micros;
}

export interface MaskDecision {
  /** Events that may be sent from now on, whoever asks. */
  granted: KeyedEvent[];
  /** By uuid of a masked event, the event that masks it. */
  maskedBy: Map<string, string>;
}

/** What events are told apart by; undefined: the event lacks the property, or it is null or unreadable, and nothing masks it. */
export function maskKeyOf({ by }: Mask, event: TailEvent): string | undefined {
  switch (by) {
    case 'person':
      return personOf(event);
    case 'distinct_id':
      return event.distinctId;
    default:
      return propertyKey(by.source === 'event' ? event.propertiesJson : event.personPropertiesJson, by.path);
  }
}

/** With their keys as they are; events that nothing masks are left out. */
export function keyedEvents(mask: Mask, events: readonly TailEvent[]): KeyedEvent[] {
  return events.flatMap((event) => {
    const key = maskKeyOf(mask, event);
    return key === undefined ? [] : [{ key, uuid: event.uuid, atMicros: event.insertedAtMicros }];
  });
}

export function windowMicrosOf({ everySeconds }: Mask): Micros {
  return everySeconds * MICROS_PER_SECOND;
}

/**
 * Which of the events are sent, in the order of their ingestion, when `claims` were granted before: one that holds a claim, and
 * one that is a whole window away from every claim of its key, before and after. Whatever order events come in and however
 * often, claims of a key lie a window apart, and who has a claim keeps it.
 */
export function decideMasks(
  windowMicros: Micros,
  claims: readonly KeyedEvent[],
  events: readonly KeyedEvent[],
): MaskDecision {
  const byKey = new Map<string, KeyedEvent[]>();
  for (const claim of claims) {
    addTo(byKey, claim);
  }
  const decision: MaskDecision = { granted: [], maskedBy: new Map() };
  for (const event of events.toSorted((a, b) => a.atMicros - b.atMicros || (a.uuid < b.uuid ? -1 : 1))) {
    const holders = byKey.get(event.key) ?? [];
    const holder = holders.find(({ uuid }) => uuid === event.uuid) ?? nearest(holders, event, windowMicros);
    if (holder === undefined) {
      addTo(byKey, event);
      decision.granted.push(event);
    } else if (holder.uuid !== event.uuid) {
      decision.maskedBy.set(event.uuid, holder.uuid);
    }
  }
  return decision;
}

function nearest(holders: readonly KeyedEvent[], { atMicros }: KeyedEvent, within: Micros): KeyedEvent | undefined {
  return holders
    .filter((holder) => Math.abs(holder.atMicros - atMicros) < within)
    .sort((a, b) => Math.abs(a.atMicros - atMicros) - Math.abs(b.atMicros - atMicros))[0];
}

function addTo(byKey: Map<string, KeyedEvent[]>, event: KeyedEvent): void {
  const known = byKey.get(event.key);
  if (known === undefined) {
    byKey.set(event.key, [event]);
  } else {
    known.push(event);
  }
}

/** With the type of the value, so that "1" and 1 differ; numbers by their value. */
function propertyKey(json: string, path: readonly string[]): string | undefined {
  if (!isReadable(json)) {
    return undefined;
  }
  let span: Span | undefined = valueSpan(json, 0);
  for (const name of path) {
    span = span && memberAt(json, span, name);
  }
  return span && keyOf(json.slice(span.start, span.end));
}

function isReadable(json: string): boolean {
  try {
    JSON.parse(json);
    return true;
  } catch {
    return false;
  }
}

/** Of a repeated member the first, as filters read it. */
function memberAt(json: string, { start }: Span, wanted: string): Span | undefined {
  if (json[start] !== '{') {
    return undefined;
  }
  for (const [name, value] of members(json, start)) {
    if (name === wanted) {
      return value;
    }
  }
  return undefined;
}

function keyOf(text: string): string | undefined {
  switch (text[0]) {
    case 'n':
      return undefined;
    case '"':
      return `text ${JSON.parse(text) as string}`;
    case 't':
    case 'f':
    case '{':
    case '[':
      return `json ${text}`;
    default:
      return `number ${String(exactNumber(text) ?? text)}`;
  }
}
