import type { TailEvent } from '../core/webhook-event.ts';
import { jsonOfPerson } from './payload.ts';
import { MARKDOWN, plain, renderMessage, SLACK, type MessageRule } from './posthog-message.ts';

/** The bodies that PostHog's webhooks had, for receivers that were written for them. */
export interface PosthogBody {
  /** `action`: a message. `hook`: the event, as REST hooks got it. */
  format: 'action' | 'hook';
  message?: string;
  projectUrl?: string;
}

export interface PosthogTarget {
  id: string;
  name: string;
  url: string;
}

const DEFAULT_MESSAGE = '[action.name] was triggered by [person]';

export function renderPosthogBody(body: PosthogBody, target: PosthogTarget, event: TailEvent): string {
  return body.format === 'hook' ? hookBody(target, event) : actionBody(body, target, event);
}

/** Slack gets its own markup, Discord its own field; PostHog sent `text` to all others. */
function actionBody({ message, projectUrl }: PosthogBody, { name, url }: PosthogTarget, event: TailEvent): string {
  const rule: MessageRule = { message: message ?? DEFAULT_MESSAGE, name, projectUrl };
  const host = new URL(url).hostname;
  if (isOf(host, 'slack.com')) {
    const text = { type: 'mrkdwn', text: renderMessage(rule, event, SLACK) };
    return JSON.stringify({
      text: renderMessage(rule, event, plain(SLACK)),
      blocks: [{ type: 'section', text }],
    });
  }
  const text = renderMessage(rule, event, MARKDOWN);
  return JSON.stringify(isOf(host, 'discord.com') ? { content: text } : { text });
}

function isOf(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`);
}

/** Properties are the captured text, so every digit arrives. */
function hookBody({ id, url }: PosthogTarget, event: TailEvent): string {
  const hook = JSON.stringify({ id, event: 'action_performed', target: url });
  const { uuid: eventUuid, event: name, teamId, distinctId, timestamp } = event;
  const head = JSON.stringify({ eventUuid, event: name, teamId, distinctId, timestamp, elementsList: [] }).slice(0, -1);
  const person = `{"uuid":${jsonOfPerson(event)},"properties":${event.personPropertiesJson || '{}'},"created_at":null}`;
  return `{"hook":${hook},"data":${head},"properties":${event.propertiesJson || '{}'},"person":${person}}}`;
}
