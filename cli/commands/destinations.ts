import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { answer, type ApiClient, type BodyOf, type QueryOf, type Schemas } from '../api.ts';
import { defined } from '../defined.ts';
import { EXIT_FAILED } from '../exit-codes.ts';
import { print, table } from '../output.ts';
import { pageOptions, readPage, type PageOptions } from '../pages.ts';
import type { CommandContext } from '../register.ts';
import { facts, FINDING, listed, requestsOf } from '../requests.ts';

type Check = Schemas['ConnectionCheck'] & Partial<Schemas['DestinationCheck']>;
type Finding = PageOptions & Pick<QueryOf<'getDestinations'>, 'q' | 'kind' | 'health'>;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** `sluice destinations list | show | versions | kinds | check` */
export function destinationReads(destinations: Command, context: CommandContext): void {
  const add = requestsOf(destinations, context);
  add({
    usage: 'list',
    description: 'the destinations of your team',
    options: FINDING,
    ask: (api, _given, { q, kind, health, ...options }: Finding) =>
      readPage(options, (page) =>
        answer(api.GET('/api/v1/destinations', { params: { query: { ...page, ...defined({ q, kind, health }) } } })),
      ),
    text: ({ items }) => listed(items, ['id', 'kind', 'name', 'updated_at']),
  });
  add({
    usage: 'show <destination-id>',
    description: 'its settings, without secrets',
    ask: (api, [id]) => answer(api.GET('/api/v1/destinations/{id}', { params: { path: { id } } })),
    text: facts,
  });
  add({
    usage: 'versions <destination-id>',
    description: 'what was changed, by whom',
    options: pageOptions(),
    ask: (api, [id], options: PageOptions) =>
      readPage(options, (query) =>
        answer(api.GET('/api/v1/destinations/{id}/versions', { params: { path: { id }, query } })),
      ),
    text: ({ items }) => listed(items, ['version', 'created_at', 'by', 'changes']),
  });
  add({
    usage: 'kinds',
    description: 'what kinds there are, and what they promise',
    ask: (api) => answer(api.GET('/api/v1/destination-kinds')),
    text: ({ items }) => listed(items, ['kind', 'title', 'guarantee', 'summary']),
  });
  destinations
    .command('check')
    .description('try the connection step by step; exit code 1 when a step fails')
    .argument('<destination-id or file>', 'a destination, or a JSON file with kind and config of one to be')
    .option('--json', 'print one JSON object')
    .action(async (target: string, { json }: { json?: boolean }) => {
      const check = await checkOf(context.api(), target);
      print(json, check, checkText(check));
      process.exitCode = check.ok ? 0 : EXIT_FAILED;
    });
}

async function checkOf(api: ApiClient, target: string): Promise<Check> {
  if (UUID.test(target)) {
    return answer(api.POST('/api/v1/destinations/{id}/check', { params: { path: { id: target } }, body: {} }));
  }
  const body = JSON.parse(await readFile(target, 'utf8')) as BodyOf<'postDestinationsCheck'>;
  return answer(api.POST('/api/v1/destinations/check', { body }));
}

function checkText({ steps, resumed_exports: resumed = [] }: Check): string {
  const rows = steps.map(({ name, status, message }) => [name, status, message ?? '']);
  const note = resumed.length === 0 ? '' : `\nResumed, because it works: ${resumed.join(', ')}`;
  return `${table(['STEP', 'STATUS', ''], rows)}${note}`;
}
