import { elementSpans, memberSpans, nestingDepth, valueSpan, type Span } from '../core/json-spans.ts';
import { badRequest, tooLarge, unauthorized } from './capture-error.ts';
import type { CaptureLimits } from './limits.ts';

/** One event of a request: its parsed members for the small fields, and where each lies in the text. */
export interface RawEvent {
  /** Path in the body: `batch[3]`, `[3]`, or empty for a body that is one event. */
  path: string;
  members: ReadonlyMap<string, Span>;
  properties: ReadonlyMap<string, Span>;
  text: string;
}

export interface CaptureRequest {
  token: string;
  events: RawEvent[];
}

const TOKEN_NAMES = ['api_key', 'token', '$token'];

/**
 * Reads the three shapes of a capture body: one event, an array of events, `{ batch: [...] }`. Refuses it as a whole
 * when it is no JSON, holds no event, too many, too big ones, or not exactly one token.
 */
export function parseRequest(json: string, formToken: string | undefined, limits: CaptureLimits): CaptureRequest {
  requireJson(json, limits);
  const root = valueSpan(json, 0);
  const rootMembers = json[root.start] === '{' ? memberSpans(json, root.start) : new Map<string, Span>();
  const events = findEvents(json, root, rootMembers, limits);
  const tokens = new Set([formToken, ...readTokens(json, rootMembers), ...events.flatMap(tokensOfEvent)]);
  tokens.delete(undefined);
  return { token: onlyToken([...tokens] as string[]), events };
}

function requireJson(json: string, { maxNesting }: CaptureLimits): void {
  if (json.trim() === '') {
    throw badRequest('empty_body', 'the body is empty');
  }
  try {
    JSON.parse(json);
  } catch {
    throw badRequest('invalid_json', 'the body is not valid JSON');
  }
  if (nestingDepth(json) > maxNesting) {
    throw badRequest('too_deep', `the body is nested deeper than ${String(maxNesting)} levels`);
  }
}

function findEvents(
  json: string,
  root: Span,
  rootMembers: ReadonlyMap<string, Span>,
  limits: CaptureLimits,
): RawEvent[] {
  const batch = rootMembers.get('batch');
  if (batch !== undefined && json[batch.start] !== '[') {
    throw badRequest('invalid_batch', 'batch must be an array of events', 'batch');
  }
  const isArray = json[root.start] === '[';
  const spans = batch ?? (isArray ? root : undefined);
  const elements = spans ? elementSpans(json, spans.start) : [root];
  if (elements.length === 0) {
    throw badRequest('empty_batch', 'the request holds no event', batch ? 'batch' : undefined);
  }
  if (elements.length > limits.maxEventsPerRequest) {
    throw tooLarge('too_many_events', `more than ${String(limits.maxEventsPerRequest)} events in one request`, 'batch');
  }
  const prefix = batch ? 'batch' : '';
  return elements.map((span, index) => readEvent(json, span, spans ? `${prefix}[${String(index)}]` : '', limits));
}

function readEvent(json: string, span: Span, path: string, { maxEventBytes }: CaptureLimits): RawEvent {
  if (json[span.start] !== '{') {
    throw badRequest('invalid_event', `${path || 'the body'} must be an object`, path);
  }
  if (Buffer.byteLength(json.slice(span.start, span.end)) > maxEventBytes) {
    throw tooLarge(
      'event_too_large',
      `maximum event size exceeded: ${path || 'the event'} is larger than ${String(maxEventBytes)} bytes`,
      path,
    );
  }
  const members = memberSpans(json, span.start);
  return { path, members, properties: readProperties(json, members.get('properties'), path), text: json };
}

function readProperties(json: string, span: Span | undefined, path: string): ReadonlyMap<string, Span> {
  if (span === undefined || json.startsWith('null', span.start)) {
    return new Map();
  }
  if (json[span.start] !== '{') {
    const field = path === '' ? 'properties' : `${path}.properties`;
    throw badRequest('invalid_properties', `${field} must be an object`, field);
  }
  return memberSpans(json, span.start);
}

function tokensOfEvent(event: RawEvent): (string | undefined)[] {
  return [...readTokens(event.text, event.members), ...readTokens(event.text, event.properties, ['token'])];
}

function readTokens(json: string, members: ReadonlyMap<string, Span>, names = TOKEN_NAMES): (string | undefined)[] {
  return names.map((name) => {
    const span = members.get(name);
    const value: unknown = span && JSON.parse(json.slice(span.start, span.end));
    return typeof value === 'string' && value !== '' ? value : undefined;
  });
}

function onlyToken(tokens: string[]): string {
  const [token] = tokens;
  if (token === undefined) {
    throw unauthorized('token_missing', 'the request has no token');
  }
  if (tokens.length > 1) {
    throw unauthorized('token_ambiguous', 'the request has several different tokens');
  }
  if (token.startsWith('phx_') || token.startsWith('sk_')) {
    throw unauthorized('token_is_secret_key', 'a secret API key was sent instead of a capture token');
  }
  return token;
}
