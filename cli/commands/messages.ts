import type { Command } from 'commander';
import { print, table } from '../output.ts';
import { readPage, withPages, type PageOf, type PageOptions } from '../pages.ts';
import type { CommandContext } from '../register.ts';

interface Message {
  id: string;
  event_type: string;
  state: string;
  attempts: number;
  next_attempt_at: string | null;
  last_status_code: number | null;
  last_error_code: string | null;
  created_at: string;
  expires_at: string;
}

interface MessageStory extends Message {
  payload: unknown;
  delivery_attempts: { attempted_at: string; attempt: number; outcome: string; status_code: number | null }[];
}

/** `sluice messages`: what other teams send to a webhook that is no event. */
export function messageCommands(program: Command, { api }: CommandContext): void {
  const messages = program.command('messages').description('messages to one webhook that are no events');
  const pathOf = (webhookId: string): string => `/webhooks/${encodeURIComponent(webhookId)}/messages`;

  messages
    .command('send')
    .description('send a message; it is stored when the command returns')
    .argument('<webhook-id>')
    .argument('<event-type>')
    .option('--payload <json>', 'any JSON', 'null')
    .option('--ttl <seconds>', 'given up when it is not delivered by then', Number)
    .option('--key <text>', 'the same key again sends nothing new')
    .option('--json', 'print one JSON object')
    .action(async (webhookId: string, eventType: string, options: SendOptions) => {
      const { payload, ttl, key } = options;
      const body = { event_type: eventType, payload: JSON.parse(payload) as unknown, ttl_seconds: ttl };
      const headers = key === undefined ? {} : { 'idempotency-key': key };
      const message = await api()<Message>('POST', pathOf(webhookId), body, headers);
      print(options.json, message, listText([message]));
    });

  messages
    .command('get')
    .description('how far a message is, with its attempts')
    .argument('<webhook-id>')
    .argument('<message-id>')
    .option('--json', 'print one JSON object')
    .action(async (webhookId: string, id: string, options: { json?: boolean }) => {
      const story = await api()<MessageStory>('GET', `${pathOf(webhookId)}/${encodeURIComponent(id)}`);
      print(options.json, story, storyText(story));
    });

  withPages(messages.command('list').description('messages of a webhook, newest first'))
    .argument('<webhook-id>')
    .option('--json', 'print one JSON object')
    .action(async (webhookId: string, options: PageOptions & { json?: boolean }) => {
      const page = await readPage<PageOf<Message>>(api(), pathOf(webhookId), options);
      print(options.json, page, listText(page.items));
    });
}

interface SendOptions {
  payload: string;
  ttl?: number;
  key?: string;
  json?: boolean;
}

function listText(items: readonly Message[]): string {
  return table(
    ['MESSAGE', 'CREATED', 'TYPE', 'STATE', 'ATTEMPTS', 'STATUS', 'ERROR'],
    items.map((one) => [
      ...[one.id, one.created_at, one.event_type, one.state],
      ...[one.attempts, one.last_status_code, one.last_error_code],
    ]),
  );
}

function storyText({ payload, delivery_attempts: attempts, ...message }: MessageStory): string {
  const rows = attempts.map((row) => [row.attempted_at, row.attempt, row.outcome, row.status_code]);
  return [
    listText([message]),
    '',
    attempts.length === 0 ? 'no attempts' : table(['ATTEMPTED', 'ATTEMPT', 'OUTCOME', 'STATUS'], rows),
    '',
    JSON.stringify(payload),
  ].join('\n');
}
