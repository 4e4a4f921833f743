/** What a team can be told of through its notification channels. */
export const NOTICE_EVENTS = [
  'export.failed',
  'export.recovered',
  'export.auto_paused',
  'export.resumed',
  'export.rows_unusual',
  'export.rows_usual',
  'destination.near_log_ttl',
  'quota.reached',
  'webhook.degraded',
  'webhook.paused',
  'webhook.misconfigured',
  'webhook.throttled',
  'webhook.gone',
  'webhook.recovered',
  'webhook.events_lost',
] as const;
export type NoticeEvent = (typeof NOTICE_EVENTS)[number];

/** What a team was told is told again after so long, while it lasts. */
export const REMINDER_MS = 24 * 60 * 60_000;

/** What a channel shows; a test message has a type of its own. */
export interface NoticeMessage {
  /** Stable over retries, so that receivers can tell repetitions. */
  id: string;
  type: NoticeEvent | 'test';
  at: Date;
  /** One line. */
  title: string;
  /** What happened and what to do, in sentences. Never a secret. */
  text: string;
  /** For programs: ids, codes, counts. */
  details: Record<string, unknown>;
}

export const CHANNEL_KINDS = ['webhook', 'slack', 'email'] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

/** Where a channel leads, secrets included. */
export type ChannelConfig =
  | { kind: 'webhook'; url: string; secret: string }
  | { kind: 'slack'; url: string }
  | { kind: 'email'; to: readonly string[] };
