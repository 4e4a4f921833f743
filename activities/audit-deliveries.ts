import { Context } from '@temporalio/activity';
import { nowMicros } from '../clickhouse/tail.ts';
import { MICROS_PER_MS, type Micros, type MicrosRange } from '../core/time.ts';
import type { LaneConfig } from '../delivery/shard/lane-config.ts';
import { listAudits, saveAudit, type AuditState } from '../store/audits.ts';
import { listActiveWebhooks } from '../store/webhooks.ts';
import { createAuditor, type Auditor, type WindowAudit } from './audit-window.ts';
import type { ActivityDeps } from './deps.ts';
import { laneConfig } from './lane-configs.ts';
import { watchLogEnd } from './log-end.ts';
import { tendLostRetries } from './lost-retries.ts';
import type { AuditResult } from './types.ts';

const MICROS_PER_HOUR = 3_600 * 1_000_000;
/** Length of one comparison: its cost and its memory are bounded by it. */
const WINDOW_MICROS = MICROS_PER_HOUR;
/** Per call, over all destinations: some minutes of queries. The workflow calls again when there is more. */
const MAX_WINDOWS = 2_000;
/** Twice the bound, so that rows which were later than they may be are found. */
const SETTLE_FACTOR = 2;
/** Short of the 30 days that both logs reach back. */
const MAX_AGE_MICROS = 29 * 24 * MICROS_PER_HOUR;

/**
 * Compares, for every active webhook, the events it should have been sent with those that somebody owns in the attempt
 * log, behind its cursor and hour by hour, and hands what nobody owns to retries. What was audited is not audited again,
 * but for its retries that wait: Temporal may lose them later, or end them.
 */
export async function auditDeliveries(deps: ActivityDeps): Promise<AuditResult> {
  const configs = await activeConfigs(deps);
  const audits = (await listAudits(deps.db)).filter(({ destinationId }) => configs.has(destinationId));
  // After the cursors were read: what they have passed is in both logs.
  const now = await nowMicros(deps.clickhouse);
  const auditor = createAuditor(deps);
  const result: AuditResult = { destinations: 0, windows: 0, compared: 0, missed: 0, retried: 0, more: false };
  let oldest = now;
  for (const audit of audits) {
    const config = configs.get(audit.destinationId);
    if (config !== undefined) {
      oldest = Math.min(oldest, await auditDestination(deps, auditor, { config, audit, now }, result));
      result.destinations += 1;
    }
  }
  deps.metrics.auditLag((now - oldest) / MICROS_PER_MS);
  if (!result.more) {
    const lost = await tendLostRetries(deps, configs, { startMicros: now - MAX_AGE_MICROS, endMicros: now });
    result.missed += lost.missed;
    result.retried += lost.retried;
    await watchLogEnd(deps, now);
  }
  return result;
}

async function activeConfigs({ db, box, logger }: ActivityDeps): Promise<Map<string, LaneConfig>> {
  const webhooks = await listActiveWebhooks(db, box, { shard: 0, shardCount: 1 }, (destinationId, err) => {
    logger.warn({ err, destinationId }, 'a webhook cannot be read; its deliveries are not audited');
  });
  return new Map(webhooks.map((webhook) => [webhook.id, laneConfig(webhook)]));
}

/** Answers up to where the destination is audited now. What fails for one destination is left to the next audit. */
async function auditDestination(
  deps: ActivityDeps,
  auditor: Auditor,
  of: { config: LaneConfig; audit: AuditState; now: Micros },
  result: AuditResult,
): Promise<Micros> {
  const { startMicros, endMicros } = boundsOf(deps, of);
  const { destinationId } = of.config;
  let position = startMicros;
  try {
    while (position < endMicros && result.windows < MAX_WINDOWS) {
      Context.current().heartbeat();
      const range = { startMicros: position, endMicros: Math.min(position + WINDOW_MICROS, endMicros) };
      const audited = await auditor.audit(of.config, range);
      add(result, audited);
      position = audited.untilMicros;
      await saveAudit(deps.db, destinationId, position);
      if (position < range.endMicros) {
        return position;
      }
    }
    result.more ||= position < endMicros;
  } catch (error) {
    deps.logger.warn({ err: error, destinationId }, 'the deliveries of a webhook could not be audited');
  }
  return position;
}

/**
 * From where it was audited, or its filter has been the same for as long as rows may be late (a shard takes a change over
 * within a second), to where its cursor and time have passed.
 */
function boundsOf({ settings }: ActivityDeps, { audit, now }: { audit: AuditState; now: Micros }): MicrosRange {
  const boundMicros = settings.visibilityBoundMs * MICROS_PER_MS;
  const filterMicros = audit.filterAgeMicros === null ? 0 : now - audit.filterAgeMicros + boundMicros;
  return {
    startMicros: Math.max(audit.auditedMicros, filterMicros, now - MAX_AGE_MICROS),
    endMicros: Math.min(audit.cursorMicros, now - SETTLE_FACTOR * boundMicros),
  };
}

function add(result: AuditResult, { compared, missed, retried }: WindowAudit): void {
  result.windows += 1;
  result.compared += compared;
  result.missed += missed;
  result.retried += retried;
}
