import type { Command } from 'commander';
import { print, table } from '../output.ts';
import { readPage, withPages, type PageOf, type PageOptions } from '../pages.ts';
import type { CommandContext } from '../register.ts';

interface Hook {
  id: string;
  event: string;
  target_url: string;
  state: string;
  expires_at: string | null;
  secret?: string;
}

/** `sluice hooks`: subscriptions by the conventions of REST hooks. */
export function hookCommands(program: Command, { api }: CommandContext): void {
  const hooks = program.command('hooks').description('subscriptions of addresses to events (REST hooks)');

  hooks
    .command('subscribe')
    .description('subscribe an address to an event; prints the signing secret')
    .argument('<event>')
    .argument('<url>')
    .option('--expires <time>', 'the subscription ends by itself then, RFC 3339')
    .option('--handshake', 'the address has to send X-Hook-Secret back')
    .option('--json', 'print one JSON object')
    .action(async (event: string, url: string, options: { expires?: string; handshake?: true; json?: boolean }) => {
      const body = { event, target_url: url, expires_at: options.expires, handshake: options.handshake };
      const hook = await api()<Hook>('POST', '/hooks/subscribe', body);
      print(options.json, hook, `${listText([hook])}\n\nsecret: ${hook.secret ?? ''}`);
    });

  withPages(hooks.command('list').description('subscriptions, newest first; those that have ended too'))
    .option('--json', 'print one JSON object')
    .action(async (options: PageOptions & { json?: boolean }) => {
      const page = await readPage<PageOf<Hook>>(api(), '/hooks', options);
      print(options.json, page, listText(page.items));
    });

  for (const [name, method, description] of [
    ['get', 'GET', 'one subscription'],
    ['unsubscribe', 'DELETE', 'end a subscription; may be repeated'],
  ] as const) {
    hooks
      .command(name)
      .description(description)
      .argument('<hook-id>')
      .option('--json', 'print one JSON object')
      .action(async (id: string, options: { json?: boolean }) => {
        const hook = await api()<Hook>(method, `/hooks/${encodeURIComponent(id)}`);
        print(options.json, hook, listText([hook]));
      });
  }

  hooks
    .command('sample')
    .description('the last events as a subscription gets them')
    .argument('<event>')
    .option('--json', 'print one JSON array')
    .action(async (event: string, options: { json?: boolean }) => {
      const samples = await api()<unknown[]>('GET', `/hooks/sample?event=${encodeURIComponent(event)}`);
      print(options.json, samples, samples.map((one) => JSON.stringify(one, null, 2)).join('\n\n'));
    });
}

function listText(items: readonly Hook[]): string {
  return table(
    ['HOOK', 'EVENT', 'STATE', 'EXPIRES', 'ADDRESS'],
    items.map((one) => [one.id, one.event, one.state, one.expires_at, one.target_url]),
  );
}
