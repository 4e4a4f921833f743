import { NO_PERSON } from '../../core/person.ts';
import type { TailEvent } from '../../core/webhook-event.ts';
import { jsonMember, type JsonText } from './json-text.ts';

/** What templates may name. `groups` are those of the event's `$groups`. */
export const ROOTS = ['event', 'person', 'groups', 'team', 'webhook'] as const;

export interface TemplateInput {
  event: TailEvent;
  webhook: { id: string; name: string };
}

/** The same values twice: as JSON text, exact, and as what Liquid works with. */
export interface TemplateScope {
  /** The JSON text of each root. */
  text(root: string): JsonText | undefined;
  /** Parsed when first asked for: most templates want a few paths only. */
  values: Record<string, unknown>;
}

export function scopeOf({ event, webhook }: TemplateInput): TemplateScope {
  const texts = new Map<string, JsonText>([
    ['event', eventText(event)],
    ['person', personText(event)],
    ['groups', groupsText(event)],
    ['team', `{"id":${String(event.teamId)}}`],
    ['webhook', JSON.stringify(webhook)],
  ]);
  return { text: (root) => texts.get(root), values: lazily(texts) };
}

function eventText({ uuid, event, distinctId, timestamp, propertiesJson }: TailEvent): JsonText {
  const times = {
    timestamp,
    timestamp_ms: Date.parse(timestamp),
    timestamp_s: Math.floor(Date.parse(timestamp) / 1_000),
  };
  const head = JSON.stringify({ uuid, name: event, distinct_id: distinctId, ...times }).slice(0, -1);
  return `${head},"properties":${propertiesJson || '{}'}}`;
}

function personText({ personId, personPropertiesJson }: TailEvent): JsonText {
  const id = personId === NO_PERSON || personId === '' ? 'null' : JSON.stringify(personId);
  return `{"id":${id},"properties":${personPropertiesJson || '{}'}}`;
}

function groupsText({ propertiesJson }: TailEvent): JsonText {
  const groups = jsonMember(propertiesJson || '{}', '$groups');
  return groups?.startsWith('{') === true ? groups : '{}';
}

function lazily(texts: ReadonlyMap<string, JsonText>): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [root, text] of texts) {
    let parsed: unknown;
    Object.defineProperty(values, root, {
      enumerable: true,
      get: () => (parsed ??= JSON.parse(text) as unknown),
    });
  }
  return values;
}
