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
  link: (text, url) => `[${escapeMarkdown(text)}](${escapeAddress(url)})`,
};

/** The same without links, for notifications. */
export function plain(syntax: MessageSyntax): MessageSyntax {
  return { escape: syntax.escape, link: (text) => syntax.escape(text) };
}

const TOKEN = /(?<!\\)\[(.*?)(?<!\\)\]/g;
/** PostHog's default for the name of a person. */
const NAMED_BY = ['email', 'Email', 'name', 'Name', 'username', 'Username', 'UserName'];

type Values = (field: string | undefined, path: string[], of: Rendering) => string;

interface Rendering {
  rule: MessageRule;
  event: TailEvent;
  syntax: MessageSyntax;
}

/** By the first part of a token. */
const ROOTS: ReadonlyMap<string, Values> = new Map<string, Values>([
  ['event', eventValue],
  ['person', personValue],
  ['user', userValue],
  ['action', actionValue],
  ['source', actionValue],
  ['groups', groupValue],
]);

/** PostHog sends an error text instead of nothing when a token is unknown; so does this. */
export function renderMessage(rule: MessageRule, event: TailEvent, syntax: MessageSyntax): string {
  // Texts and tokens take turns: a text is at every even place.
  const parts = rule.message.split(TOKEN).map((part, index) => {
    return index % 2 === 0 ? part.replace(/\\([[\]])/g, '$1') : valueOf(part, { rule, event, syntax });
  });
  const name = syntax.escape(rule.name);
  return parts.includes(undefined)
    ? `⚠ Error: There are one or more formatting errors in the message template for source "${name}".`
    : parts.join('');
}

function valueOf(token: string, of: Rendering): string | undefined {
  const [root = '', field, ...path] = token.split('.');
  return ROOTS.get(root)?.(field, path, of);
}

function userValue(field: string | undefined, _path: string[], of: Rendering): string {
  return field === 'name'
    ? personValue(undefined, [], of)
    : of.syntax.escape(shown(at(of.event.propertiesJson, [`$${field ?? ''}`])));
}

function actionValue(field: string | undefined, _path: string[], { rule, syntax }: Rendering): string {
  return syntax.escape(field === 'name' ? rule.name : (rule.projectUrl ?? ''));
}

function groupValue(field = '', _path: string[], { event, syntax }: Rendering): string {
  return syntax.escape(shown(at(event.propertiesJson, ['$groups', field]) ?? `(event without '${field}')`));
}

function eventValue(field: string | undefined, path: string[], { rule, event, syntax }: Rendering): string {
  const { projectUrl } = rule;
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

function personValue(field: string | undefined, path: string[], { rule, event, syntax }: Rendering): string {
  const { projectUrl } = rule;
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
  if (value === undefined) {
    return 'undefined';
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()!]/g, '\\$&').replace(/^[#+-]/gm, '\\$&');
}

/** What would end the address of a link. Its parts are encoded already: doing that again would name another person. */
function escapeAddress(url: string): string {
  return url
    .replace(/[\s<>\\]/g, encodeURIComponent)
    .replaceAll('(', '%28')
    .replaceAll(')', '%29');
}
