import { NO_PERSON } from '../core/person.ts';
import type { TailEvent } from '../core/webhook-event.ts';

/**
 * Largest body that is sent. Capture refuses events above about 1 MB; person properties and escaping come on top. An
 * event above it can never be delivered and is set aside visibly (`payload_too_large`).
 */
export const MAX_PAYLOAD_BYTES = 2 * 1024 * 1024;

/**
 * The JSON body of one event, in the shape that Standard Webhooks recommends. `properties` and the person's properties
 * are the captured text, spliced in unparsed: 64-bit integers, key order and repeated keys arrive as they were sent. A
 * message is its payload under `data`.
 */
export function renderEventBody(event: TailEvent): string {
  const name = JSON.stringify(event.event);
  const timestamp = JSON.stringify(event.timestamp);
  if (event.message !== undefined) {
    return `{"type":${name},"timestamp":${timestamp},"data":${event.propertiesJson}}`;
  }
  return (
    `{"type":${name},"timestamp":${timestamp},"data":{"uuid":${JSON.stringify(event.uuid)},"event":${name},` +
    `"distinct_id":${JSON.stringify(event.distinctId)},"properties":${event.propertiesJson || '{}'},` +
    `"person":{"id":${jsonOfPerson(event)},"properties":${event.personPropertiesJson || '{}'}},"timestamp":${timestamp}}}`
  );
}

/** The person's id as JSON; null when none was captured. */
export function jsonOfPerson({ personId }: Pick<TailEvent, 'personId'>): string {
  return personId === NO_PERSON || personId === '' ? 'null' : JSON.stringify(personId);
}
