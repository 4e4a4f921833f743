import type { Command } from 'commander';
import { answer, type Schemas } from '../api.ts';
import { defined } from '../defined.ts';
import { print, table } from '../output.ts';
import type { CommandContext } from '../register.ts';
import { requestsOf } from '../requests.ts';
import { answerLines, timingText } from './webhook-answer.ts';

/** `sluice webhooks explain` */
export function explainCommand(webhooks: Command, context: CommandContext): Command {
  requestsOf(
    webhooks,
    context,
  )({
    usage: 'explain <webhook-id> <event-uuid>',
    description: 'what became of an event, and what happens next',
    ask: (api, [id, uuid]) =>
      answer(api.GET('/api/v1/webhooks/{id}/events/{event_id}', { params: { path: { id, event_id: uuid } } })),
    text,
  });
  return webhooks;
}

/** `sluice webhooks test`: exits with 1 when the test was not delivered. */
export function testCommand(webhooks: Command, { api }: CommandContext): Command {
  webhooks
    .command('test')
    .description('send a test event; one that is delivered lets a suspended webhook be tried again')
    .argument('<webhook-id>')
    .option('--event <name>', 'name of the event; by default that of the test event of its kind')
    .option('--properties <json>', 'its properties, a JSON object')
    .option('--json', 'print one JSON object')
    .action(async (webhookId: string, options: { event?: string; properties?: string; json?: boolean }) => {
      const { event, properties } = options;
      const body = defined({
        event,
        properties: properties === undefined ? undefined : (JSON.parse(properties) as Record<string, unknown>),
      });
      const tested = await answer(
        api().POST('/api/v1/webhooks/{id}/test', { params: { path: { id: webhookId } }, body }),
      );
      print(options.json, tested, testText(tested));
      process.exitCode = tested.delivered ? 0 : 1;
    });
  return webhooks;
}

function testText({ delivered, error, ...came }: Schemas['WebhookTest']): string {
  const { status_code: status, duration_ms: durationMs } = came;
  const answered = `${status === null ? 'no response' : `status ${String(status)}`} after ${durationMs.toFixed(0)} ms`;
  const timing = timingText(came);
  const lines = answerLines(came);
  return [
    `${delivered ? 'delivered' : 'not delivered'}: ${answered}`,
    ...(timing === '' ? [] : [timing]),
    ...(error === null ? [] : [error.message, ...(error.remedy === null ? [] : [error.remedy])]),
    ...(lines.length === 0 ? [] : ['', ...lines]),
  ].join('\n');
}

function text({ event, attempts, request, ...rest }: Schemas['DeliveryExplanation']): string {
  const facts = [
    `${event.event}, captured ${event.inserted_at}: ${rest.state}`,
    ...(rest.unmatched_by === null ? [] : [`kept out by ${rest.unmatched_by}`]),
    ...(rest.masked_by === null ? [] : [`masked by ${rest.masked_by}`]),
    `${rest.next}${rest.next_attempt_at === null ? '' : ` (${rest.next_attempt_at})`}`,
    `the webhook is ${rest.health}`,
    ...(rest.batch === null ? [] : [`in a batch of ${String(rest.batch.events)} events, ${rest.batch.webhook_id}`]),
    ...(rest.workflow_id === null ? [] : [`retries in Temporal: ${rest.workflow_id}`]),
  ];
  const rows = attempts.map((row) => [
    ...[row.attempted_at, String(row.attempt), row.via, row.outcome, String(row.status_code ?? '')],
    ...[`${row.duration_ms.toFixed(0)} ms`, timingText(row), row.error?.message ?? ''],
  ]);
  const [newest] = attempts;
  const answered = newest === undefined ? [] : answerLines(newest);
  const headers = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`);
  return [
    ...facts,
    '',
    attempts.length === 0
      ? 'no attempts'
      : table(['attempted at', 'attempt', 'by', 'outcome', 'status', 'took', 'of that', 'error'], rows),
    ...(answered.length === 0 ? [] : ['', 'answer to the newest attempt:', ...answered]),
    '',
    `${request.method} ${request.url}`,
    ...headers,
    '',
    request.body,
  ].join('\n');
}
