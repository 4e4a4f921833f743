import { z } from 'zod';
import { clickhouseTime } from '../core/time.ts';
import { exportScheduleId, webhookWorkflowId } from '../core/ids.ts';
import type { DestinationDeletion, ExportDeletion, LeftBehind, WebhookDeletion } from '../store/deletion-plans.ts';
import { toSnakeCase } from './config-case.ts';
import { runSchema, runView } from './run-view.ts';
import { timestamp } from './schemas.ts';

const state = z
  .enum(['active', 'deleting', 'deleted'])
  .describe('deleting: it is hidden and gets nothing new; what it had running is still ending.');

const leftBehind = z
  .object({
    destination_id: z.uuid(),
    destination_name: z.string(),
    kind: z.string(),
    location: z.record(z.string(), z.string()).describe('Where it is: bucket and prefix, folder, or table.'),
    intervals: z.number().int(),
    rows: z.number().int(),
    bytes: z.number().int(),
    files: z.number().int(),
    latest_files: z.array(z.string()).describe('Some of the newest interval; none for tables.'),
  })
  .describe('Committed data. It stays; Sluice never removes it.');

const exportDeletionFields = {
  export_id: z.uuid(),
  name: z.string(),
  state,
  schedule: z.object({ id: z.string(), removed: z.boolean() }).describe('The Temporal Schedule.'),
  open_runs: z.array(runSchema).describe('They are cancelled, and clean up what they had not committed.'),
  unexported_intervals: z.number().int().describe('Due, and not exported: they are given up.'),
  left_behind: leftBehind,
};
export const exportDeletionSchema = z.object(exportDeletionFields).meta({ id: 'ExportDeletion' });

export const destinationDeletionSchema = z
  .object({
    destination_id: z.uuid(),
    name: z.string(),
    kind: z.string(),
    state,
    needs_with_exports: z.boolean().describe('Exports use it: deleting is refused unless with_exports is true.'),
    exports: z.array(exportDeletionSchema).describe('They are deleted with it.'),
  })
  .meta({ id: 'DestinationDeletion' });

/** What a webhook has not sent. */
export const undeliveredFields = {
  open_retries: z.number().int().describe('Events that wait for another try in workflows.'),
  waiting_events: z
    .number()
    .int()
    .nullable()
    .describe('Matching events from the cursor on: the most that are not sent yet. null: they could not be counted.'),
  parked: z.number().int().nullable().describe('Failed events that wait in the log for another try. null: the same.'),
};

export const webhookDeletionSchema = z
  .object({
    webhook_id: z.uuid(),
    name: z.string(),
    state,
    workflow: z.object({ id: z.string(), ended: z.boolean() }).describe('The webhook’s workflow in Temporal.'),
    cursor: z.iso
      .datetime({ precision: 6 })
      .nullable()
      .describe('Events ingested later are not sent any more, unless it is restored. null: it is deleted for good.'),
    ...undeliveredFields,
    open_retries: z.number().int().describe('Events that wait for another try: their workflows end as dropped.'),
    restorable_until: timestamp
      .nullable()
      .describe('Of a deleted one: until then it can be restored, with all that it has not sent.'),
  })
  .meta({ id: 'WebhookDeletion' });

export function exportDeletionView(plan: ExportDeletion): z.output<typeof exportDeletionSchema> {
  return {
    export_id: plan.id,
    name: plan.name,
    state: plan.state,
    schedule: { id: exportScheduleId(plan.id), removed: plan.state !== 'active' },
    open_runs: plan.openRuns.map(runView),
    unexported_intervals: plan.unexportedIntervals,
    left_behind: leftBehindView(plan),
  };
}

function leftBehindView({ id, leftBehind: left }: ExportDeletion): z.output<typeof leftBehind> {
  const location = locationOf(left.config, { export_id: id, table: left.model });
  return {
    destination_id: left.destinationId,
    destination_name: left.destinationName,
    kind: left.kind,
    location,
    intervals: left.intervals,
    rows: left.rows,
    bytes: left.bytes,
    ...filesView(left, location),
  };
}

/** A table has no files: what its chunks became was staged and is gone. */
function filesView(
  left: LeftBehind,
  location: Record<string, string>,
): Pick<z.output<typeof leftBehind>, 'files' | 'latest_files'> {
  const isTable = 'table' in location || 'table_id' in location || 'url' in location;
  return isTable ? { files: 0, latest_files: [] } : { files: left.files, latest_files: left.latestFiles };
}

/** The fields of any kind's config that say where rows go; none of them is a secret. */
const PLACE = new Set([
  ...['bucket', 'container', 'directory', 'prefix', 'endpoint', 'account_name'],
  ...['host', 'account', 'project_id', 'cluster_identifier', 'workgroup_name', 'url'],
  ...['database', 'schema', 'dataset_id', 'table', 'table_id'],
]);

/** Variables of a prefix that are the same for every file are filled in; dates stay. */
export function locationOf(
  config: Record<string, unknown>,
  variables: { export_id: string; table: string },
): Record<string, string> {
  const fields = Object.entries(toSnakeCase(config)).filter(
    (entry): entry is [string, string] => PLACE.has(entry[0]) && typeof entry[1] === 'string',
  );
  const fill = (text: string): string =>
    text.replaceAll('{export_id}', variables.export_id).replaceAll('{table}', variables.table);
  return Object.fromEntries(fields.map(([name, value]) => [name, name === 'prefix' ? fill(value) : value]));
}

export function destinationDeletionView(
  plan: DestinationDeletion,
  exports: readonly ExportDeletion[],
): z.output<typeof destinationDeletionSchema> {
  return {
    destination_id: plan.id,
    name: plan.name,
    kind: plan.kind,
    state: plan.state,
    needs_with_exports: plan.state === 'active' && exports.length > 0,
    exports: exports.map(exportDeletionView),
  };
}

/** Null: ClickHouse could not say so in time, which keeps nobody from deleting. */
export interface Undelivered {
  events: number | null;
  parked: number | null;
}

export function webhookDeletionView(
  plan: WebhookDeletion,
  undelivered: Undelivered,
): z.output<typeof webhookDeletionSchema> {
  return {
    webhook_id: plan.id,
    name: plan.name,
    state: plan.state,
    workflow: { id: webhookWorkflowId(plan.id), ended: plan.state === 'deleted' },
    cursor: plan.cursorMicros === undefined ? null : `${clickhouseTime(plan.cursorMicros).replace(' ', 'T')}Z`,
    open_retries: plan.openRetries,
    waiting_events: undelivered.events,
    parked: undelivered.parked,
    restorable_until: plan.restorableUntil?.toISOString() ?? null,
  };
}
