import type { Command } from 'commander';
import { answer, type ApiClient, type Schemas } from '../api.ts';
import { defined } from '../defined.ts';
import { print } from '../output.ts';
import type { CommandContext } from '../register.ts';
import { requestsOf } from '../requests.ts';

interface Options {
  dryRun?: boolean;
  json?: boolean;
}

interface Deletion<Plan, More> {
  argument: string;
  plan(api: ApiClient, id: string): Promise<Plan>;
  carryOut(api: ApiClient, id: string, options: More): Promise<Plan>;
  text(plan: Plan): string;
}

/** Adds `delete <id>` to a resource's commands: what it ends and what stays, and with `--dry-run` only that. */
function deleteCommand<Plan, More>(group: Command, { api }: CommandContext, of: Deletion<Plan, More>): Command {
  return group
    .command('delete')
    .description('delete it, and say what was ended and what stays; may be repeated')
    .argument(of.argument)
    .option('--dry-run', 'only say what would happen')
    .option('--json', 'print one JSON object')
    .action(async (id: string, options: Options & More) => {
      const plan = await (options.dryRun === true ? of.plan(api(), id) : of.carryOut(api(), id, options));
      print(options.json, plan, of.text(plan));
    });
}

/** `sluice exports delete` */
export function deleteExportCommand(exports: Command, context: CommandContext): void {
  deleteCommand(exports, context, {
    argument: '<export-id>',
    plan: (api, id) => answer(api.GET('/api/v1/exports/{id}/deletion-plan', { params: { path: { id } } })),
    carryOut: (api, id) => answer(api.DELETE('/api/v1/exports/{id}', { params: { path: { id } } })),
    text: exportText,
  });
}

/** `sluice destinations …` */
export function destinationCommands(program: Command, context: CommandContext): Command {
  const destinations = program.command('destinations').description('where exports are written to');
  deleteCommand(destinations, context, {
    argument: '<destination-id>',
    plan: (api, id) => answer(api.GET('/api/v1/destinations/{id}/deletion-plan', { params: { path: { id } } })),
    carryOut: (api, id, { withExports }: { withExports?: boolean }) => {
      const query = defined({ with_exports: withExports === true ? 'true' : undefined });
      return answer(api.DELETE('/api/v1/destinations/{id}', { params: { path: { id }, query } }));
    },
    text: destinationText,
  }).option('--with-exports', 'also delete the exports that use it');
  return destinations;
}

/** `sluice webhooks …` */
export function webhookCommands(program: Command, context: CommandContext): Command {
  const webhooks = program.command('webhooks').description('webhooks');
  deleteCommand(webhooks, context, {
    argument: '<webhook-id>',
    plan: (api, id) => answer(api.GET('/api/v1/webhooks/{id}/deletion-plan', { params: { path: { id } } })),
    carryOut: (api, id, { forget }: { forget?: boolean }) => {
      const query = defined({ forget: forget === true ? 'true' : undefined });
      return answer(api.DELETE('/api/v1/webhooks/{id}', { params: { path: { id }, query } }));
    },
    text: webhookText,
  }).option('--forget', 'for good: its secrets and its backlog go at once');
  requestsOf(
    webhooks,
    context,
  )({
    usage: 'restore <webhook-id>',
    description: 'take a deletion back; it goes on where it was',
    ask: (api, [id]) => answer(api.POST('/api/v1/webhooks/{id}/restore', { params: { path: { id } } })),
    text: ({ name, status }) => `Webhook "${name}" is restored and ${status}.`,
  });
  return webhooks;
}

export function exportText(plan: Schemas['ExportDeletion']): string {
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

function destinationText(plan: Schemas['DestinationDeletion']): string {
  return [
    `Destination "${plan.name}" (${plan.kind}): ${plan.state}`,
    ...(plan.needs_with_exports ? ['  Exports use it: it is deleted only with --with-exports.'] : []),
    ...plan.exports.map(exportText),
  ].join('\n');
}

function undeliveredText({ waiting_events: events, parked }: Schemas['WebhookDeletion']): string {
  return events === null || parked === null
    ? 'could not be counted now'
    : `up to ${String(events)} waiting events, ${String(parked)} parked`;
}

function webhookText(plan: Schemas['WebhookDeletion']): string {
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
