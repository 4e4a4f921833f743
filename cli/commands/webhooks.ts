import type { Command } from 'commander';
import { print, table } from '../output.ts';
import type { CommandContext } from '../register.ts';
import { answerLines, timingText, type Answer } from './webhook-answer.ts';

interface Test extends Answer {
  delivered: boolean;
  error: { code: string; message: string; remedy: string | null } | null;
}

interface Explanation {
  event: { uuid: string; event: string; inserted_at: string };
  unmatched_by: string | null;
  state: string;
  masked_by: string | null;
  next: string;
  next_attempt_at: string | null;
  health: string;
  batch: { webhook_id: string; events: number } | null;
  request: { method: string; url: string; headers: Record<string, string>; body: string };
  attempts: (Answer & {
    attempt: number;
    attempted_at: string;
    outcome: string;
    error: { code: string; message: string } | null;
    via: string;
  })[];
  workflow_id: string | null;
}

/** `sluice webhooks explain` */
export function explainCommand(webhooks: Command, { api }: CommandContext): Command {
  webhooks
    .command('explain')
    .description('what became of an event, and what happens next')
    .argument('<webhook-id>')
    .argument('<event-uuid>')
    .option('--json', 'print one JSON object')
    .action(async (webhookId: string, uuid: string, options: { json?: boolean }) => {
      const path = `/webhooks/${encodeURIComponent(webhookId)}/events/${encodeURIComponent(uuid)}`;
      const answer = await api()<Explanation>('GET', path);
      print(options.json, answer, text(answer));
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
      const body = {
        ...(options.event !== undefined && { event: options.event }),
        ...(options.properties !== undefined && { properties: JSON.parse(options.properties) as unknown }),
      };
      const answer = await api()<Test>('POST', `/webhooks/${encodeURIComponent(webhookId)}/test`, body);
      print(options.json, answer, testText(answer));
      process.exitCode = answer.delivered ? 0 : 1;
    });
  return webhooks;
}

function testText({ delivered, error, ...answer }: Test): string {
  const { status_code: status, duration_ms: durationMs } = answer;
  const answered = `${status === null ? 'no response' : `status ${String(status)}`} after ${durationMs.toFixed(0)} ms`;
  const timing = timingText(answer);
  const lines = answerLines(answer);
  return [
    `${delivered ? 'delivered' : 'not delivered'}: ${answered}`,
    ...(timing === '' ? [] : [timing]),
    ...(error === null ? [] : [error.message, ...(error.remedy === null ? [] : [error.remedy])]),
    ...(lines.length === 0 ? [] : ['', ...lines]),
  ].join('\n');
}

function text({ event, attempts, request, ...rest }: Explanation): string {
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
