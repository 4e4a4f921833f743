import { countParked } from '../clickhouse/attempt-queries.ts';
import { LOG_WARNING_MS } from '../core/log-reach.ts';
import type { DeploymentState } from '../observability/state.ts';
import { webhookTotals } from '../store/deployment.ts';
import { countNearLogEnd } from '../store/log-ends.ts';
import { exportsBehind, watermarkAges } from '../store/watermarks.ts';
import type { ActivityDeps } from './deps.ts';

/** What metrics say of the whole deployment: four queries of Postgres and one of the attempt log. */
export async function deploymentState({
  db,
  clickhouse,
}: Pick<ActivityDeps, 'db' | 'clickhouse'>): Promise<DeploymentState> {
  const [{ webhooks, pendingRetries, ids }, watermarks, nearLogEnd, webhooksNearLogEnd] = await Promise.all([
    webhookTotals(db),
    watermarkAges(db),
    exportsBehind(db, LOG_WARNING_MS),
    countNearLogEnd(db),
  ]);
  const parked = await countParked(clickhouse, ids);
  return {
    webhooks,
    pendingRetries,
    parked: [...parked.values()].reduce((total, count) => total + count, 0),
    watermarks,
    exportsNearLogEnd: nearLogEnd.length,
    webhooksNearLogEnd,
  };
}
