import type { Command } from 'commander';
import { answer, type Schemas } from '../api.ts';
import { defined } from '../defined.ts';
import { print, table } from '../output.ts';
import { pageOptions, readPage, type PageOptions } from '../pages.ts';
import type { CommandContext } from '../register.ts';
import { requestsOf } from '../requests.ts';

interface SendOptions {
  payload: string;
  ttl?: number;
  key?: string;
  json?: boolean;
}

/** `sluice messages`: what other teams send to a webhook that is no event. */
export function messageCommands(program: Command, context: CommandContext): void {
  const messages = program.command('messages').description('messages to one webhook that are no events');
  const add = requestsOf(messages, context);

  messages
    .command('send')
    .description('send a message; it is stored when the command returns')
    .argument('<webhook-id>')
    .argument('<event-type>')
    .option('--payload <json>', 'any JSON', 'null')
    .option('--ttl <seconds>', 'given up when it is not delivered by then', Number)
    .option('--key <text>', 'the same key again sends nothing new')
    .option('--json', 'print one JSON object')
    .action(async (id: string, eventType: string, { payload, ttl, key, json }: SendOptions) => {
      const message = await answer(
        context.api().POST('/api/v1/webhooks/{id}/messages', {
          params: { path: { id }, header: defined({ 'idempotency-key': key }) },
          body: {
            event_type: eventType,
            payload: JSON.parse(payload) as unknown,
            ...defined({ ttl_seconds: ttl }),
          },
        }),
      );
      print(json, message, listText([message]));
    });

  add({
    usage: 'get <webhook-id> <message-id>',
    description: 'how far a message is, with its attempts',
    ask: (api, [id, messageId]) =>
      answer(
        api.GET('/api/v1/webhooks/{id}/messages/{message_id}', { params: { path: { id, message_id: messageId } } }),
      ),
    text: storyText,
  });
  add({
    usage: 'list <webhook-id>',
    description: 'messages of a webhook, newest first',
    options: pageOptions(),
    ask: (api, [id], options: PageOptions) =>
      readPage(options, (query) =>
        answer(api.GET('/api/v1/webhooks/{id}/messages', { params: { path: { id }, query } })),
      ),
    text: ({ items }) => listText(items),
  });
}

function listText(items: readonly Schemas['Message'][]): string {
  return table(
    ['MESSAGE', 'CREATED', 'TYPE', 'STATE', 'ATTEMPTS', 'STATUS', 'ERROR'],
    items.map((one) => [
      ...[one.id, one.created_at, one.event_type, one.state],
      ...[one.attempts, one.last_status_code, one.last_error_code],
    ]),
  );
}

function storyText({ payload, delivery_attempts: attempts, ...message }: Schemas['MessageDetails']): string {
  const rows = attempts.map((row) => [row.attempted_at, row.attempt, row.outcome, row.status_code]);
  return [
    listText([message]),
    '',
    attempts.length === 0 ? 'no attempts' : table(['ATTEMPTED', 'ATTEMPT', 'OUTCOME', 'STATUS'], rows),
    '',
    JSON.stringify(payload),
  ].join('\n');
}
