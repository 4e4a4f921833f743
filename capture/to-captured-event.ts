import type { CapturedEvent } from '../clickhouse/insert-events.ts';
import type { Span } from '../core/json-spans.ts';
import { badRequest } from './capture-error.ts';
import { eventTime } from './event-time.ts';
import type { RawEvent } from './parse-request.ts';
import { mergePersonProperties } from './person-properties.ts';
import { parseUuid, personIdOf, uuidV7 } from './uuids.ts';

/** PostHog's limit. */
const MAX_DISTINCT_ID_CHARS = 200;

/**
 * One stored event from one captured one; throws a CaptureError that names the field.
 * Properties are the sent JSON text itself. The person is `person_id` or `properties.$person_id` when that is a UUID, else
 * follows from team and distinct id; its properties are `$set` over `$set_once`, of the event or of its properties.
 */
export function toCapturedEvent(raw: RawEvent, teamId: number, arrivalMs: number): CapturedEvent {
  const distinctId = readDistinctId(raw);
  return {
    teamId,
    uuid: readUuid(raw, arrivalMs),
    event: readName(raw),
    distinctId,
    propertiesJson: textOf(raw, objectMember(raw.members, 'properties', raw.text)) ?? '{}',
    personId:
      parseUuid(valueOf(raw, 'person_id')) ??
      parseUuid(propertyOf(raw, '$person_id')) ??
      personIdOf(teamId, distinctId),
    personPropertiesJson: mergePersonProperties(personObject(raw, '$set'), personObject(raw, '$set_once')),
    timestamp: eventTime({ timestamp: valueOf(raw, 'timestamp'), offset: valueOf(raw, 'offset') }, arrivalMs),
  };
}

function readName(raw: RawEvent): string {
  const name = valueOf(raw, 'event');
  if (typeof name !== 'string' || name === '') {
    throw missing(raw, 'event', 'a name, as a string that is not empty');
  }
  return wellFormed(name);
}

function readUuid(raw: RawEvent, arrivalMs: number): string {
  const value = valueOf(raw, 'uuid');
  if (value === undefined || value === null || value === '') {
    return uuidV7(arrivalMs);
  }
  const uuid = parseUuid(value);
  if (uuid === undefined) {
    throw missing(raw, 'uuid', 'a UUID');
  }
  return uuid;
}

/** Numbers keep their digits: they are read from the text, not from a parsed float. */
function readDistinctId(raw: RawEvent): string {
  const candidates = [
    textOf(raw, raw.members.get('distinct_id')),
    textOf(raw, raw.members.get('$distinct_id')),
    textOf(raw, raw.properties.get('distinct_id')),
    textOf(raw, raw.properties.get('$distinct_id')),
  ];
  const text = candidates.find((candidate) => candidate !== undefined && candidate !== 'null' && candidate !== '""');
  if (text === undefined) {
    throw missing(raw, 'distinct_id', 'who did it, as a string or a number');
  }
  const id = text.startsWith('"') ? wellFormed(JSON.parse(text) as string) : text;
  return Array.from(id).slice(0, MAX_DISTINCT_ID_CHARS).join('');
}

function personObject(raw: RawEvent, name: string): string | undefined {
  const own = objectMember(raw.members, name, raw.text);
  return textOf(raw, own ?? objectMember(raw.properties, name, raw.text));
}

/** The member when it is an object. */
function objectMember(members: ReadonlyMap<string, Span>, name: string, text: string): Span | undefined {
  const span = members.get(name);
  return span && text[span.start] === '{' ? span : undefined;
}

function valueOf(raw: RawEvent, name: string): unknown {
  const text = textOf(raw, raw.members.get(name));
  return text === undefined ? undefined : JSON.parse(text);
}

function propertyOf(raw: RawEvent, name: string): unknown {
  const text = textOf(raw, raw.properties.get(name));
  return text === undefined ? undefined : JSON.parse(text);
}

function textOf(raw: RawEvent, span: Span | undefined): string | undefined {
  return span && raw.text.slice(span.start, span.end);
}

/** Half of a surrogate pair has no UTF-8 form; in names and ids it becomes U+FFFD, in properties it stays an escape. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\uFFFD');
}

function missing(raw: RawEvent, name: string, what: string): Error {
  const field = raw.path === '' ? name : `${raw.path}.${name}`;
  return badRequest(`invalid_${name}`, `${field} must be ${what}`, field);
}
