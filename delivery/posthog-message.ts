import { personOf } from '../core/person.ts';
import type { TailEvent } from '../core/webhook-event.ts';

/**
 * The message of PostHog's action webhooks: text with tokens in square brackets, `\[` and `\]` for brackets. Tokens:
 * `[event]`, `[event.uuid|event|name|distinct_id|timestamp|link]`, `[event.properties.a.b]`, `[person]`, `[person.link]`,
 * `[person.properties.a.b]`, `[user.name]`, `[user.os]`, `[action.name]`, `[groups.company]`.
 */
export interface MessageRule {
  message: string;
  /** Stands for the action. */
  name: string;
  /** Of a project in PostHog, where names link to; absent: they are plain. */
  projectUrl?: string | undefined;
}

/** How a receiver wants names and links to be written. */
export interface MessageSyntax {
  escape(text: string): string;
  /** Both are as they were captured. */
  link(text: string, url: string): string;
}

export const SLACK: MessageSyntax = {
  escape: escapeSlack,
  link: (text, url) => `<${escapeSlack(url)}|${escapeSlack(text)}>`,
};

export const MARKDOWN: MessageSyntax = {
  escape: escapeMarkdown,
  link: (text, url) => `[${escapeMarkdown(text)}](${encodeURI(url)})`,
};

/** The same without links, for notifications. */
export function plain(syntax: MessageSyntax): MessageSyntax {
  return { escape: syntax.escape, link: (text) => syntax.escape(text) };
}

const TOKEN = /(?<!\\)\[(.*?)(?<!\\)\]/g;
/** PostHog's default for the name of a person. */
const NAMED_BY = ['email', 'Email', 'name', 'Name', 'username', 'Username', 'UserName'];

/** PostHog sends an error text instead of nothing when a token is unknown; so does this. */
export function renderMessage(rule: MessageRule, event: TailEvent, syntax: MessageSyntax): string {
  let wrong = false;
  const text = rule.message.replace(TOKEN, (_all, token: string) => {
    const value = valueOf(token.split('.'), rule, event, syntax);
    wrong ||= value === undefined;
    return value ?? '';
  });
  const name = syntax.escape(rule.name);
  return wrong
    ? `⚠ Error: There are one or more formatting errors in the message template for source "${name}".`
    : text.replace(/\\([[\]])/g, '$1');
}

function valueOf(parts: string[], rule: MessageRule, event: TailEvent, syntax: MessageSyntax): string | undefined {
  const [root, field, ...path] = parts;
  switch (root) {
    case 'event':
      return eventValue(field, path, rule, event, syntax);
    case 'person':
      return personValue(field, path, rule, event, syntax);
    case 'user':
      return field === 'name'
        ? personValue(undefined, [], rule, event, syntax)
        : syntax.escape(shown(at(event.propertiesJson, [`$${field ?? ''}`])));
    case 'action':
    case 'source':
      return syntax.escape(field === 'name' ? rule.name : (rule.projectUrl ?? ''));
    case 'groups':
      return syntax.escape(
        shown(at(event.propertiesJson, ['$groups', field ?? '']) ?? `(event without '${field ?? ''}')`),
      );
    default:
      return undefined;
  }
}

function eventValue(
  field: string | undefined,
  path: string[],
  { projectUrl }: MessageRule,
  event: TailEvent,
  syntax: MessageSyntax,
): string {
  const url = projectUrl && `${projectUrl}/events/${event.uuid}/${encodeURIComponent(event.timestamp)}`;
  const values: Record<string, string> = {
    uuid: event.uuid,
    event: event.event,
    name: event.event,
    timestamp: event.timestamp,
    distinct_id: event.distinctId,
    link: url ?? '',
  };
  if (field === undefined) {
    return linked(event.event, url, syntax);
  }
  return syntax.escape(field === 'properties' ? shown(at(event.propertiesJson, path)) : (values[field] ?? ''));
}

function personValue(
  field: string | undefined,
  path: string[],
  { projectUrl }: MessageRule,
  event: TailEvent,
  syntax: MessageSyntax,
): string {
  const url = projectUrl && `${projectUrl}/person/${encodeURIComponent(event.distinctId)}`;
  if (field === undefined) {
    const named = NAMED_BY.map((name) => at(event.personPropertiesJson, [name])).find(Boolean);
    return linked((named === undefined ? event.distinctId || personOf(event) : shown(named)).trim(), url, syntax);
  }
  return syntax.escape(field === 'properties' ? shown(at(event.personPropertiesJson, path)) : (url ?? ''));
}

function linked(text: string, url: string | undefined, syntax: MessageSyntax): string {
  return url === undefined || url === '' ? syntax.escape(text) : syntax.link(text, url);
}

/** The value at a path of own members; undefined where there is none. */
function at(json: string, path: readonly string[]): unknown {
  let value: unknown = JSON.parse(json || '{}');
  for (const name of path) {
    const own = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
    value = own ? (value as Record<string, unknown>)[name] : undefined;
  }
  return value;
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined');
}

function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()!]/g, '\\$&').replace(/^[#+-]/gm, '\\$&');
}
