import { countParked } from '../clickhouse/attempt-queries.ts';
import { LOG_WARNING_MS } from '../core/log-reach.ts';
import type { DeploymentState } from '../observability/state.ts';
import { webhookTotals, type WebhookTotal } from '../store/deployment.ts';
import { countNearLogEnd } from '../store/log-ends.ts';
import { exportsBehind, watermarkAges } from '../store/watermarks.ts';
import type { ActivityDeps } from './deps.ts';

/** What metrics say of the whole deployment: four queries of Postgres and one of the attempt log. */
export async function deploymentState({
  db,
  clickhouse,
}: Pick<ActivityDeps, 'db' | 'clickhouse'>): Promise<DeploymentState> {
  const [webhooks, watermarks, nearLogEnd, webhooksNearLogEnd] = await Promise.all([
    webhookTotals(db),
    watermarkAges(db),
    exportsBehind(db, LOG_WARNING_MS),
    countNearLogEnd(db),
  ]);
  const parked = await countParked(
    clickhouse,
    webhooks.flatMap(({ ids }) => ids),
  );
  return {
    webhooks,
    pendingRetries: byKind(webhooks, ({ retries }) => retries),
    parked: byKind(webhooks, ({ ids }) => ids.reduce((total, id) => total + (parked.get(id) ?? 0), 0)),
    watermarks,
    exportsNearLogEnd: nearLogEnd.length,
    webhooksNearLogEnd,
  };
}

function byKind(
  webhooks: readonly WebhookTotal[],
  countOf: (total: WebhookTotal) => number,
): { kind: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const total of webhooks) {
    counts.set(total.kind, (counts.get(total.kind) ?? 0) + countOf(total));
  }
  return [...counts].map(([kind, count]) => ({ kind, count }));
}
