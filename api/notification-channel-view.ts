import { z } from 'zod';
import { NOTICE_EVENTS, type ChannelConfig, type ChannelKind } from '../core/notices.ts';
import type { ChannelRecord } from '../store/notification-channels.ts';
import type { ApiDeps } from './deps.ts';
import { forField, problemOfIssues, validationError } from './problem.ts';
import { nameSchema, recordFields, recordView } from './schemas.ts';

/** A mail to more belongs to a list of the team's own. */
const MAX_RECIPIENTS = 10;

const webhookConfig = z.strictObject({
  url: z.string(),
  secret: z.string().optional().describe('whsec_… of Standard Webhooks; left out: one is made.'),
});
const slackConfig = z.strictObject({ url: z.string().describe('An incoming webhook of Slack. Write-only.') });
const emailConfig = z.strictObject({ to: z.array(z.email()).min(1).max(MAX_RECIPIENTS) });

const common = {
  name: nameSchema,
  events: z
    .array(z.enum(NOTICE_EVENTS))
    .min(1)
    .nullable()
    .default(null)
    .describe('Only these events; null: every event, those of later versions too.'),
  enabled: z.boolean().default(true),
};

export const newChannel = z.discriminatedUnion('kind', [
  z.strictObject({ ...common, kind: z.literal('webhook'), config: webhookConfig }),
  z.strictObject({ ...common, kind: z.literal('slack'), config: slackConfig }),
  z.strictObject({ ...common, kind: z.literal('email'), config: emailConfig }),
]);

export const channelPatch = z.strictObject({
  name: nameSchema.optional(),
  events: z.array(z.enum(NOTICE_EVENTS)).min(1).nullable().optional(),
  enabled: z.boolean().optional(),
  config: z.record(z.string(), z.unknown()).optional().describe('Fields that are left out stay as they are.'),
});

export const channelSchema = z
  .object({
    ...recordFields,
    kind: z.enum(['webhook', 'slack', 'email']),
    name: z.string(),
    config: z.record(z.string(), z.unknown()).describe('Secrets read { "configured": true }.'),
    events: z.array(z.enum(NOTICE_EVENTS)).nullable(),
    enabled: z.boolean(),
  })
  .meta({ id: 'NotificationChannel' });

export function channelView(record: ChannelRecord): z.output<typeof channelSchema> {
  const { kind, name, shown, events, enabled } = record;
  return { ...recordView(record), kind, name, config: shown, events, enabled };
}

const CONFIGS = { webhook: webhookConfig, slack: slackConfig, email: emailConfig } satisfies Record<
  ChannelKind,
  z.ZodType
>;

/** The stored config with these fields changed, checked. Throws a problem that names the field. */
export async function changedChannelConfig(
  deps: ApiDeps,
  { kind, ...stored }: ChannelConfig,
  changes: Record<string, unknown>,
): Promise<ChannelConfig> {
  const parsed = CONFIGS[kind].safeParse({ ...stored, ...changes });
  if (!parsed.success) {
    throw validationError(problemOfIssues(parsed.error.issues, (path) => ['config', ...path.map(String)].join('.')));
  }
  return checkedChannelConfig(deps, { kind, config: parsed.data });
}

type SentConfig = z.output<typeof webhookConfig> | z.output<typeof slackConfig> | z.output<typeof emailConfig>;

/** What the channel will be called with, its secret included. Throws a problem that names the field. */
export async function checkedChannelConfig(
  { notifier, webhookRules }: ApiDeps,
  { kind, config }: { kind: ChannelKind; config: SentConfig },
): Promise<ChannelConfig> {
  await forField('kind', () => {
    notifier.assertUsable(kind);
  });
  if ('to' in config) {
    return { kind: 'email', to: config.to };
  }
  const { url } = config;
  await forField('config.url', () => webhookRules.validateUrl(url));
  if (kind === 'slack') {
    return { kind, url };
  }
  const secret = 'secret' in config && config.secret !== undefined ? config.secret : webhookRules.generateSecret();
  await forField('config.secret', () => {
    webhookRules.validateSecret(secret);
  });
  return { kind: 'webhook', url, secret };
}
