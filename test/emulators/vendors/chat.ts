import { z } from 'zod';
import { problemWith } from './check.ts';
import type { Receiver } from './server.ts';

/** Slack: docs.slack.dev, sending messages using incoming webhooks. Values were escaped, so no mention can be made. */
const slackMessage = z.strictObject({
  text: z
    .string()
    .min(1)
    .max(40_000)
    .refine((text) => !/<!|<@|&(?!amp;|lt;|gt;)/.test(text), 'it holds a mention or an unescaped &'),
  blocks: z
    .array(z.object({ type: z.enum(['section', 'header', 'divider', 'context', 'image']) }))
    .max(50)
    .optional(),
});

const slack: Receiver = ({ path, body }) => {
  if (path !== '/services/T0000/B0000/secretslacktoken') {
    return { status: 404, body: 'no_service' };
  }
  const problem = problemWith(slackMessage, body);
  return problem === undefined ? { status: 200, body: 'ok' } : { status: 400, body: `invalid_payload ${problem}` };
};

/** Discord: execute webhook. A message that may mention somebody is refused here. */
const discordMessage = z.strictObject({
  content: z.string().min(1).max(2_000),
  username: z.string().min(1).max(80).optional(),
  allowed_mentions: z.strictObject({ parse: z.array(z.string()).max(0) }),
});

const discord: Receiver = ({ path, body }) => {
  if (path !== '/api/webhooks/123456/secret-discord-token') {
    return { status: 404, body: '{"message": "Unknown Webhook", "code": 10015}' };
  }
  const problem = problemWith(discordMessage, body);
  return problem === undefined
    ? { status: 204, body: '' }
    : { status: 400, body: JSON.stringify({ message: 'Invalid Form Body', code: 50035, errors: problem }) };
};

/** Teams: what the trigger “When a Teams webhook request is received” reads. */
const textBlock = z.strictObject({
  type: z.literal('TextBlock'),
  text: z.string().min(1),
  weight: z.enum(['Default', 'Lighter', 'Bolder']).optional(),
  size: z.enum(['Small', 'Default', 'Medium', 'Large', 'ExtraLarge']).optional(),
  wrap: z.boolean().optional(),
});
const teamsMessage = z.strictObject({
  type: z.literal('message'),
  attachments: z
    .array(
      z.strictObject({
        contentType: z.literal('application/vnd.microsoft.card.adaptive'),
        contentUrl: z.null(),
        content: z.strictObject({
          $schema: z.literal('http://adaptivecards.io/schemas/adaptive-card.json'),
          type: z.literal('AdaptiveCard'),
          version: z.string().regex(/^1\.[0-5]$/),
          body: z.array(textBlock).min(1),
        }),
      }),
    )
    .length(1),
});

const teams: Receiver = ({ query, body }) => {
  if (query.get('sig') !== 'secret-teams-signature') {
    return { status: 401, body: '{"error":{"code":"DirectApiAuthorizationRequired"}}' };
  }
  if (Buffer.byteLength(body) > 28 * 1_024) {
    return { status: 413, body: 'too large' };
  }
  const problem = problemWith(teamsMessage, body);
  return problem === undefined ? { status: 202, body: '' } : { status: 400, body: problem };
};

export const CHAT: Readonly<Record<string, Receiver>> = {
  'hooks.slack.com': slack,
  'discord.com': discord,
  'prod-00.westeurope.logic.azure.com': teams,
};
