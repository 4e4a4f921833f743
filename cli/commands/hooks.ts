import type { Command } from 'commander';
import { answer, type Schemas } from '../api.ts';
import { defined } from '../defined.ts';
import { print, table } from '../output.ts';
import { pageOptions, readPage, type PageOptions } from '../pages.ts';
import type { CommandContext } from '../register.ts';
import { requestsOf } from '../requests.ts';

interface SubscribeOptions {
  expires?: string;
  handshake?: true;
  json?: boolean;
}

/** `sluice hooks`: subscriptions by the conventions of REST hooks. */
export function hookCommands(program: Command, context: CommandContext): void {
  const { api } = context;
  const hooks = program.command('hooks').description('subscriptions of addresses to events (REST hooks)');
  const add = requestsOf(hooks, context);

  hooks
    .command('subscribe')
    .description('subscribe an address to an event; prints the signing secret')
    .argument('<event>')
    .argument('<url>')
    .option('--expires <time>', 'the subscription ends by itself then, RFC 3339')
    .option('--handshake', 'the address has to send X-Hook-Secret back')
    .option('--json', 'print one JSON object')
    .action(async (event: string, url: string, { expires, handshake, json }: SubscribeOptions) => {
      const body = { event, target_url: url, ...defined({ expires_at: expires, handshake }) };
      const hook = await answer(api().POST('/api/v1/hooks/subscribe', { body }));
      print(json, hook, `${listText([hook])}\n\nsecret: ${hook.secret}`);
    });

  add({
    usage: 'list',
    description: 'subscriptions, newest first; those that have ended too',
    options: pageOptions(),
    ask: (client, _given, options: PageOptions) =>
      readPage(options, (query) => answer(client.GET('/api/v1/hooks', { params: { query } }))),
    text: ({ items }) => listText(items),
  });
  add({
    usage: 'get <hook-id>',
    description: 'one subscription',
    ask: (client, [id]) => answer(client.GET('/api/v1/hooks/{id}', { params: { path: { id } } })),
    text: (hook) => listText([hook]),
  });
  add({
    usage: 'unsubscribe <hook-id>',
    description: 'end a subscription; may be repeated',
    ask: (client, [id]) => answer(client.DELETE('/api/v1/hooks/{id}', { params: { path: { id } } })),
    text: (hook) => listText([hook]),
  });

  hooks
    .command('sample')
    .description('the last events as a subscription gets them')
    .argument('<event>')
    .option('--json', 'print one JSON array')
    .action(async (event: string, options: { json?: boolean }) => {
      const samples = await answer(api().GET('/api/v1/hooks/sample', { params: { query: { event } } }));
      print(options.json, samples, samples.map((one) => JSON.stringify(one, null, 2)).join('\n\n'));
    });
}

function listText(items: readonly Schemas['Hook'][]): string {
  return table(
    ['HOOK', 'EVENT', 'STATE', 'EXPIRES', 'ADDRESS'],
    items.map((one) => [one.id, one.event, one.state, one.expires_at, one.target_url]),
  );
}
