import { listAttempts } from '../clickhouse/attempt-queries.ts';
import type { Limit } from '../core/explanation.ts';
import { MICROS_PER_MS, type Micros } from '../core/time.ts';
import { judgementOf } from '../delivery/judged.ts';
import type { WebhookRuntime } from '../store/webhooks.ts';
import type { ActivityDeps } from './deps.ts';
import { laneConfig } from './lane-configs.ts';

/** A lane that keeps up is no further behind. */
const KEEPS_UP_MS = 5_000;
/** The longest that an endpoint is left alone because it asks for it. */
const PATIENCE_MS = 5 * 60_000;

interface Waits {
  webhook: WebhookRuntime;
  /** Live delivery is beyond everything before this. */
  position: Micros;
  /** By the clock that stamps events. */
  nowMs: number;
}

/** What holds up an event that waits for its turn at a webhook that takes traffic. */
export async function limitOf(
  { clickhouse }: Pick<ActivityDeps, 'clickhouse'>,
  { webhook, position, nowMs }: Waits,
): Promise<Limit | null> {
  const { destinationId, teamId, health, rateLimitPerSecond } = laneConfig(webhook);
  const from = new Date(nowMs - PATIENCE_MS);
  const [newest] = await listAttempts(clickhouse, { teamId, destinationId, from, limit: 1 });
  if (newest !== undefined && judgementOf(newest).class === 'throttled') {
    return 'throttled';
  }
  if (health === 'degraded' || health === 'recovering') {
    return 'careful';
  }
  const isBehind = nowMs - position / MICROS_PER_MS > KEEPS_UP_MS;
  return rateLimitPerSecond !== undefined && isBehind ? 'rate_limit' : null;
}

/** What happens next, in a sentence. */
export const LIMITED: Readonly<Record<Limit, (webhook: WebhookRuntime) => string>> = {
  rate_limit: (webhook) =>
    `It is sent when its turn comes: the webhook has a backlog, and a rate limit of ${String(laneConfig(webhook).rateLimitPerSecond)} a second.`,
  throttled: () =>
    'It is sent when its turn comes: the endpoint has asked for patience (see its latest attempts). A rate limit keeps the webhook below what it takes.',
  careful: () =>
    'It is sent when its turn comes: the endpoint fails or has just come back, and gets few requests at a time.',
};
