import type { Command } from 'commander';
import { print } from '../output.ts';
import type { CommandContext } from '../register.ts';

interface ExportDeletion {
  export_id: string;
  name: string;
  state: string;
  schedule: { id: string; removed: boolean };
  open_runs: { id: string; interval_end: string; status: string }[];
  unexported_intervals: number;
  left_behind: {
    destination_name: string;
    kind: string;
    location: Record<string, string>;
    intervals: number;
    rows: number;
    bytes: number;
    files: number;
    latest_files: string[];
  };
}

interface DestinationDeletion {
  name: string;
  kind: string;
  state: string;
  needs_with_exports: boolean;
  exports: ExportDeletion[];
}

interface WebhookDeletion {
  name: string;
  state: string;
  workflow: { id: string };
  cursor: string | null;
  open_retries: number;
  waiting_events: number | null;
  parked: number | null;
  restorable_until: string | null;
}

interface Options {
  dryRun?: boolean;
  json?: boolean;
}

/** Adds `delete <id>` to a resource's commands: what it ends and what stays, and with `--dry-run` only that. */
function deleteCommand<Answer>(
  group: Command,
  { api }: CommandContext,
  of: { path: string; argument: string; text(answer: Answer): string; query?(options: Options): string },
): Command {
  return group
    .command('delete')
    .description('delete it, and say what was ended and what stays; may be repeated')
    .argument(of.argument)
    .option('--dry-run', 'only say what would happen')
    .option('--json', 'print one JSON object')
    .action(async (id: string, options: Options) => {
      const path = `${of.path}/${encodeURIComponent(id)}`;
      const answer =
        options.dryRun === true
          ? await api()<Answer>('GET', `${path}/deletion-plan`)
          : await api()<Answer>('DELETE', `${path}${of.query?.(options) ?? ''}`);
      print(options.json, answer, of.text(answer));
    });
}

/** `sluice exports delete` */
export function deleteExportCommand(exports: Command, context: CommandContext): void {
  deleteCommand(exports, context, { path: '/exports', argument: '<export-id>', text: exportText });
}

/** `sluice destinations …` */
export function destinationCommands(program: Command, context: CommandContext): Command {
  const destinations = program.command('destinations').description('where exports are written to');
  deleteCommand(destinations, context, {
    ...{ path: '/destinations', argument: '<destination-id>', text: destinationText },
    query: (options: Options & { withExports?: boolean }) => (options.withExports === true ? '?with_exports=true' : ''),
  }).option('--with-exports', 'also delete the exports that use it');
  return destinations;
}

/** `sluice webhooks …` */
export function webhookCommands(program: Command, context: CommandContext): Command {
  const webhooks = program.command('webhooks').description('webhooks');
  deleteCommand(webhooks, context, {
    ...{ path: '/webhooks', argument: '<webhook-id>', text: webhookText },
    query: (options: Options & { forget?: boolean }) => (options.forget === true ? '?forget=true' : ''),
  }).option('--forget', 'for good: its secrets and its backlog go at once');
  restoreCommand(webhooks, context);
  return webhooks;
}

/** `sluice webhooks restore` */
function restoreCommand(webhooks: Command, { api }: CommandContext): void {
  webhooks
    .command('restore')
    .description('take a deletion back; it goes on where it was')
    .argument('<webhook-id>')
    .option('--json', 'print one JSON object')
    .action(async (id: string, options: Options) => {
      const answer = await api()<{ name: string; status: string }>(
        'POST',
        `/webhooks/${encodeURIComponent(id)}/restore`,
      );
      print(options.json, answer, `Webhook "${answer.name}" is restored and ${answer.status}.`);
    });
}

export function exportText(plan: ExportDeletion): string {
  const { left_behind: left, open_runs: runs } = plan;
  const place = Object.entries(left.location).map(([name, value]) => `${name} ${value}`);
  const files = left.files > 0 ? `, ${String(left.files)} files` : '';
  return [
    `Export "${plan.name}" ${plan.export_id}: ${plan.state}`,
    `  Schedule ${plan.schedule.id}: ${plan.schedule.removed ? 'removed' : 'will be removed'}`,
    `  Open runs, ended as cancelled: ${String(runs.length)}`,
    ...runs.map((run) => `    ${run.id}  until ${run.interval_end}  ${run.status}`),
    `  Intervals given up: ${String(plan.unexported_intervals)}`,
    `  Stays at ${left.kind} "${left.destination_name}" (${place.join(', ')}):`,
    `    ${String(left.intervals)} intervals, ${String(left.rows)} rows, ${String(left.bytes)} bytes${files}`,
    ...left.latest_files.map((file) => `    ${file}`),
  ].join('\n');
}

function destinationText(plan: DestinationDeletion): string {
  return [
    `Destination "${plan.name}" (${plan.kind}): ${plan.state}`,
    ...(plan.needs_with_exports ? ['  Exports use it: it is deleted only with --with-exports.'] : []),
    ...plan.exports.map(exportText),
  ].join('\n');
}

function undeliveredText({ waiting_events: events, parked }: WebhookDeletion): string {
  return events === null || parked === null
    ? 'could not be counted now'
    : `up to ${String(events)} waiting events, ${String(parked)} parked`;
}

function webhookText(plan: WebhookDeletion): string {
  const cursor = plan.cursor === null ? 'removed' : `events after ${plan.cursor} are not sent`;
  const until = plan.restorable_until;
  return [
    `Webhook "${plan.name}": ${plan.state}`,
    `  Cursor: ${cursor}`,
    `  Waiting retries, dropped: ${String(plan.open_retries)}`,
    `  Not sent: ${undeliveredText(plan)}`,
    `  Workflow ${plan.workflow.id} ends`,
    ...(until === null ? [] : [`  Can be restored until ${until}: sluice webhooks restore <webhook-id>`]),
  ].join('\n');
}
