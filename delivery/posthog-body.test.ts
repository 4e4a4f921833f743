import { expect, test } from '@jest/globals';
import { NO_PERSON } from '../core/person.ts';
import type { TailEvent } from '../core/webhook-event.ts';
import { renderPosthogBody } from './posthog-body.ts';

const EVENT: TailEvent = {
  teamId: 2,
  uuid: '0190d3a1-7c00-7000-8000-000000000001',
  event: 'order <paid>',
  distinctId: 'u 1',
  propertiesJson: '{"$os":"Linux","amount":9007199254740993,"cart":{"items":[1,"a"]},"$groups":{"company":"acme"}}',
  personId: NO_PERSON,
  personPropertiesJson: '{"email":"zoë_1@example.com"}',
  timestamp: '2026-11-21T00:00:00.000000Z',
  insertedAtMicros: 0,
};
const target = (url: string) => ({ id: 'w1', name: 'Orders *big*', url });
const OTHER = target('https://example.com/hook');

function message(text: string, url = OTHER.url, projectUrl?: string): unknown {
  const body = { format: 'action' as const, message: text, ...(projectUrl === undefined ? {} : { projectUrl }) };
  return JSON.parse(renderPosthogBody(body, target(url), EVENT)) as unknown;
}

test('a message has PostHog’s default and its default name of a person', () => {
  expect(JSON.parse(renderPosthogBody({ format: 'action' }, OTHER, EVENT))).toEqual({
    text: 'Orders \\*big\\* was triggered by zoë\\_1@example.com',
  });
});

test.each([
  ['[event.event] [event.uuid] [event.distinct_id]', `order <paid> ${EVENT.uuid} u 1`],
  ['[event.properties.cart.items] of [event.properties.$os]', '\\[1,"a"\\] of Linux'],
  ['[event.properties.missing] [user.os] [groups.company]', 'undefined Linux acme'],
  ['\\[not a token\\] [person.properties.email]', '[not a token] zoë\\_1@example.com'],
  ['[groups.team]', "\\(event without 'team'\\)"],
  ['[event.properties.constructor]', 'undefined'],
])('%s', (text, expected) => {
  expect(message(text)).toEqual({ text: expected });
});

test('an unknown token is said in the message, and the event is sent', () => {
  expect(message('[nobody.knows]')).toEqual({ text: expect.stringContaining('formatting errors') });
});

test('Slack gets its markup and links, Discord its own field, and look-alikes of both neither', () => {
  const project = 'https://eu.posthog.com/project/2';
  expect(message('[event] by [person]', 'https://hooks.slack.com/services/x', project)).toEqual({
    text: 'order &lt;paid&gt; by zoë_1@example.com',
    blocks: [
      {
        type: 'section',
        text: {
          type: 'mrkdwn',
          text:
            `<${project}/events/${EVENT.uuid}/${encodeURIComponent(EVENT.timestamp)}|order &lt;paid&gt;> by ` +
            `<${project}/person/u%201|zoë_1@example.com>`,
        },
      },
    ],
  });
  expect(message('[person]', 'https://discord.com/api/webhooks/1/x')).toEqual({ content: 'zoë\\_1@example.com' });
  expect(message('[person]', 'https://notslack.com/')).toHaveProperty('text');
  expect(message('[person]', 'https://notslack.com/')).not.toHaveProperty('blocks');
});

test('a link names the person and the event as they are, and nothing ends it early', () => {
  const project = 'https://eu.posthog.com/project/2';
  const linked = (distinctId: string): string => {
    const rule = { format: 'action' as const, message: '[person] [event]', projectUrl: project };
    return (JSON.parse(renderPosthogBody(rule, OTHER, { ...EVENT, distinctId })) as { text: string }).text;
  };
  const event = `[order <paid>](${project}/events/${EVENT.uuid}/${encodeURIComponent(EVENT.timestamp)})`;
  expect(linked('a+b@example.com')).toBe(`[zoë\\_1@example.com](${project}/person/a%2Bb%40example.com) ${event}`);
  expect(linked('x) [y](z')).toBe(`[zoë\\_1@example.com](${project}/person/x%29%20%5By%5D%28z) ${event}`);
});

test('a hook has the event with every digit', () => {
  const text = renderPosthogBody({ format: 'hook' }, OTHER, EVENT);
  expect(text).toContain('"amount":9007199254740993');
  expect(JSON.parse(text)).toMatchObject({
    hook: { id: 'w1', event: 'action_performed', target: OTHER.url },
    data: {
      ...{ eventUuid: EVENT.uuid, event: EVENT.event, teamId: 2, distinctId: 'u 1', elementsList: [] },
      properties: { $os: 'Linux' },
      person: { uuid: null, properties: { email: 'zoë_1@example.com' }, created_at: null },
    },
  });
});
