import type { ChannelConfig } from '../core/notices.ts';
import type { GuardedClient } from '../net/guarded-client.ts';
import type { LinkedMessage, SendThrough } from './contract.ts';
import { postJson } from './http-send.ts';

type SlackChannel = Extract<ChannelConfig, { kind: 'slack' }>;

/** Slack cuts a text block at 3,000 characters; escapes count as what they stand for. */
const MAX_CHARS = 2_900;

/** An incoming webhook of Slack, or of anything that takes its `text` (Mattermost, Rocket.Chat). */
export function slackSender(http: GuardedClient): SendThrough<SlackChannel> {
  return ({ url }, message, signal) =>
    postJson(http, { url, body: JSON.stringify({ text: slackText(message) }), headers: {} }, signal);
}

/** Names and messages of others must not become mentions (`<!channel>`), links or bold text of ours. */
export function slackText({ title, text, consoleUrl }: Pick<LinkedMessage, 'title' | 'text' | 'consoleUrl'>): string {
  const link = consoleUrl === undefined ? '' : `\n<${escapeSlack(consoleUrl)}|Open in Sluice>`;
  return `*${escapeSlack(title).replaceAll('*', '∗')}*\n${escapeSlack(text.slice(0, MAX_CHARS))}${link}`;
}

function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
