import { setTimeout as delay } from 'node:timers/promises';
import type { z } from 'zod';
import type { Actor } from '../core/access.ts';
import { deleteDestination } from '../store/delete-destination.ts';
import { webhookFilter } from '../core/webhook-filter.ts';
import {
  destinationDeletion,
  exportDeletion,
  webhookDeletion,
  type ExportDeletion,
  type WebhookDeletion,
} from '../store/deletion-plans.ts';
import { settleDestination, settleExport } from '../store/deletions.ts';
import type { DestinationRecord } from '../store/destinations.ts';
import { notFound } from '../store/errors.ts';
import { deleteExport } from '../store/exports.ts';
import { forgetWebhooks, restoreWebhook } from '../store/restore-webhook.ts';
import {
  destinationDeletionView,
  exportDeletionView,
  webhookDeletionView,
  type destinationDeletionSchema,
  type exportDeletionSchema,
  type Undelivered,
  type webhookDeletionSchema,
} from './deletion-view.ts';
import type { ApiDeps } from './deps.ts';
import { onDemandNotFound } from './on-demand.ts';
import { steering } from './temporal-errors.ts';
import { webhookRestored } from './webhook-signals.ts';
import { webhookNotFound } from './webhook-view.ts';

export interface DeletionKey {
  teamId: number;
  id: string;
  withExports?: boolean;
  onDemand?: boolean;
}

/*
 * The record is hidden first: from then on nothing new starts, and the clean-up (activities/) goes on with whatever the
 * request does not finish. Answers show what was running at that moment.
 */

export async function planExport(deps: ApiDeps, key: DeletionKey): Promise<z.output<typeof exportDeletionSchema>> {
  return exportDeletionView(await exportPlan(deps, key));
}

export async function endExport(deps: ApiDeps, key: DeletionKey): Promise<z.output<typeof exportDeletionSchema>> {
  if ((await exportPlan(deps, key)).state === 'active') {
    await deleteExport(deps.db, key).catch(unlessGone);
  }
  const { openRuns } = await exportPlan(deps, key);
  await steering(settleExport(deps.db, deps.controlPlane, key.id));
  return exportDeletionView({ ...(await exportPlan(deps, key)), openRuns });
}

async function exportPlan(deps: ApiDeps, key: DeletionKey): Promise<ExportDeletion> {
  const plan = await exportDeletion(deps.db, key);
  if (plan === undefined) {
    throw key.onDemand === true ? onDemandNotFound(key.id) : notFound('export', key.id);
  }
  return plan;
}

export async function planDestination(
  deps: ApiDeps,
  key: DeletionKey,
): Promise<z.output<typeof destinationDeletionSchema>> {
  return destinationDeletionView(...(await destinationPlan(deps, key)));
}

export async function endDestination(
  deps: ApiDeps,
  key: DeletionKey,
): Promise<z.output<typeof destinationDeletionSchema>> {
  const [before] = await destinationPlan(deps, key);
  if (before.state === 'active') {
    await deleteDestination(deps.db, key).catch(unlessGone);
  }
  const [{ exportIds }] = await destinationPlan(deps, key);
  const exports = await Promise.all(exportIds.map((id) => endExport(deps, { teamId: key.teamId, id })));
  await steering(settleDestination(deps.db, deps.controlPlane, key.id));
  return { ...(await planDestination(deps, key)), exports };
}

async function destinationPlan(deps: ApiDeps, key: DeletionKey): Promise<Parameters<typeof destinationDeletionView>> {
  const plan = await destinationDeletion(deps.db, key);
  if (plan === undefined) {
    throw notFound('destination', key.id);
  }
  const exports = plan.exportIds.map((id) => exportPlan(deps, { teamId: key.teamId, id }));
  return [plan, await Promise.all(exports)];
}

export async function planWebhook(deps: ApiDeps, key: DeletionKey): Promise<z.output<typeof webhookDeletionSchema>> {
  const plan = await webhookPlan(deps, key);
  return webhookDeletionView(plan, await undeliveredOf(deps, key, plan));
}

async function webhookPlan(deps: ApiDeps, key: DeletionKey): Promise<WebhookDeletion> {
  const plan = await webhookDeletion(deps.db, key);
  if (plan === undefined) {
    throw webhookNotFound(key.id);
  }
  return plan;
}

/** Nobody waits longer to hear that a webhook is paused, or a subscription has ended. */
const COUNTED_WITHIN_MS = 2_000;

/** What a webhook that lives has not sent; what cannot be counted in time is not counted. */
export async function undeliveredNow(
  deps: ApiDeps,
  key: DeletionKey,
): Promise<{ open_retries: number; waiting_events: number | null; parked: number | null }> {
  const plan = await webhookPlan(deps, key);
  const unknown = delay(COUNTED_WITHIN_MS, { events: null, parked: null }, { ref: false });
  const { events, parked } = await Promise.race([undeliveredOf(deps, key, plan), unknown]);
  return { open_retries: plan.openRetries, waiting_events: events, parked };
}

async function undeliveredOf(
  deps: ApiDeps,
  { teamId, id }: DeletionKey,
  { cursorMicros, config }: WebhookDeletion,
): Promise<Undelivered> {
  if (cursorMicros === undefined) {
    return { events: 0, parked: 0 };
  }
  try {
    const range = { startMicros: cursorMicros, endMicros: await deps.events.nowMicros() };
    return await deps.events.undelivered({ destinationId: id, teamId, filter: webhookFilter(config), range });
  } catch {
    return { events: null, parked: null };
  }
}

/** `forget`: for good. */
export async function endWebhook(
  deps: ApiDeps,
  { forget, ...key }: DeletionKey & { forget: boolean },
): Promise<z.output<typeof webhookDeletionSchema>> {
  const before = await webhookPlan(deps, key);
  if (before.state === 'active') {
    await deleteDestination(deps.db, key).catch(unlessGone);
  }
  if (forget) {
    await forgetWebhooks(deps.db, { id: key.id });
  }
  await steering(settleDestination(deps.db, deps.controlPlane, key.id));
  const { cursorMicros } = before;
  return webhookDeletionView(
    { ...(await webhookPlan(deps, key)), cursorMicros },
    await undeliveredOf(deps, key, before),
  );
}

/** May be repeated: what a request that failed half-way has left is done again. */
export async function restore(deps: ApiDeps, key: DeletionKey, actor: Actor | null): Promise<DestinationRecord> {
  const plan = await webhookPlan(deps, key);
  if (plan.state === 'deleting') {
    // Its workflow hears of the deletion before it hears of its end.
    await steering(settleDestination(deps.db, deps.controlPlane, key.id));
  }
  return webhookRestored(deps, await restoreWebhook(deps.db, key), actor);
}

/** Another request has hidden it in the meantime: then both go on. */
function unlessGone(error: unknown): void {
  if (!/^(export|destination)_not_found$/.test((error as { code?: string }).code ?? '')) {
    throw error;
  }
}
