import type { Command } from 'commander';
import { print, table } from '../output.ts';
import type { CommandContext } from '../register.ts';

interface Explanation {
  event: { uuid: string; event: string; inserted_at: string };
  unmatched_by: string | null;
  state: string;
  next: string;
  next_attempt_at: string | null;
  health: string;
  request: { method: string; url: string; headers: Record<string, string>; body: string };
  attempts: {
    attempt: number;
    attempted_at: string;
    outcome: string;
    status_code: number | null;
    error: { code: string; message: string } | null;
    duration_ms: number;
    via: string;
  }[];
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

function text({ event, attempts, request, ...rest }: Explanation): string {
  const facts = [
    `${event.event}, captured ${event.inserted_at}: ${rest.state}`,
    ...(rest.unmatched_by === null ? [] : [`kept out by ${rest.unmatched_by}`]),
    `${rest.next}${rest.next_attempt_at === null ? '' : ` (${rest.next_attempt_at})`}`,
    `the webhook is ${rest.health}`,
    ...(rest.workflow_id === null ? [] : [`retries in Temporal: ${rest.workflow_id}`]),
  ];
  const rows = attempts.map((row) => [
    ...[row.attempted_at, String(row.attempt), row.via, row.outcome, String(row.status_code ?? '')],
    ...[`${row.duration_ms.toFixed(0)} ms`, row.error?.message ?? ''],
  ]);
  const headers = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`);
  return [
    ...facts,
    '',
    attempts.length === 0
      ? 'no attempts'
      : table(['attempted at', 'attempt', 'by', 'outcome', 'status', 'took', 'error'], rows),
    '',
    `${request.method} ${request.url}`,
    ...headers,
    '',
    request.body,
  ].join('\n');
}
