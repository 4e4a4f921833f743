import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { answer, type BodyOf, type Schemas } from '../api.ts';
import { defined } from '../defined.ts';
import { print, table } from '../output.ts';
import type { CommandContext } from '../register.ts';

type Simulation = Schemas['WebhookSimulation'];
type Event = Simulation['begins']['events'][number];

interface Options {
  file: string;
  last: string;
  from?: string;
  to?: string;
  json?: boolean;
}

/** `sluice webhooks simulate` */
export function simulateCommand(webhooks: Command, { api }: CommandContext): Command {
  webhooks
    .command('simulate')
    .description('what a change would do to captured events; sends and changes nothing')
    .argument('<webhook-id>')
    .requiredOption('--file <json>', 'the change, as it would be sent to PATCH /webhooks/:id')
    .option('--last <n>', 'how many events that match before or after, the newest', '100')
    .option('--from <time>', 'not before; default: a day before --to')
    .option('--to <time>', 'before; default: now')
    .option('--json', 'print one JSON object')
    .action(async (webhookId: string, { file, last, from, to, json }: Options) => {
      const change = JSON.parse(await readFile(file, 'utf8')) as BodyOf<'postWebhooksByIdSimulate'>['change'];
      const body = { change, last: Number(last), ...defined({ from, to }) };
      const simulation = await answer(
        api().POST('/api/v1/webhooks/{id}/simulate', { params: { path: { id: webhookId } }, body }),
      );
      print(json, simulation, text(simulation));
    });
  return webhooks;
}

function text(simulation: Simulation): string {
  const { begins, ceases, payloads, failed, request } = simulation;
  return [
    `${String(simulation.captured)} events captured from ${simulation.from} to ${simulation.to}`,
    `matched before: ${String(simulation.matched_before)}, after: ${String(simulation.matched_after)}`,
    ...maskedText(simulation),
    ...request.map(({ part, before, after }) => `${part}: ${before} → ${after}`),
    ...list(`${String(begins.count)} begin to match`, begins.events),
    ...list(`${String(ceases.count)} cease to match`, ceases.events),
    ...list(`${String(failed.count)} cannot be rendered`, failed.examples, ({ message }) => message),
    '',
    `payloads: ${String(payloads.changed)} of ${String(payloads.compared)} change`,
    ...payloads.examples.flatMap(({ uuid, differences }) => [
      uuid,
      ...differences.map(({ path, before, after }) => `  ${path}: ${before ?? '(none)'} → ${after ?? '(none)'}`),
    ]),
  ].join('\n');
}

function maskedText({ masked_before: before, masked_after: after }: Simulation): string[] {
  return before + after === 0 ? [] : [`of those masked before: ${String(before)}, after: ${String(after)}`];
}

function list<Row extends Event>(
  title: string,
  events: readonly Row[],
  more: (row: Row) => string = () => '',
): string[] {
  if (events.length === 0) {
    return [];
  }
  const rows = events.map((row) => [row.inserted_at, row.uuid, row.event, more(row)]);
  return ['', `${title}:`, table(['inserted at', 'uuid', 'event', ''], rows)];
}
