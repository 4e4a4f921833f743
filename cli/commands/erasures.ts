import type { Command } from 'commander';
import { answer, type Schemas } from '../api.ts';
import { print, table } from '../output.ts';
import { pageOptions, readPage, type PageOptions } from '../pages.ts';
import type { CommandContext } from '../register.ts';
import { requestsOf } from '../requests.ts';

type Erasure = Schemas['Erasure'];

interface EraseOptions {
  distinctId: string[];
  personId: string[];
  json?: boolean;
}

const collect = (value: string, before: string[]): string[] => [...before, value];

/** `sluice erase` and `sluice erasures`: they need a key with the scope admin. */
export function erasureCommands(program: Command, context: CommandContext): void {
  program
    .command('erase')
    .description('erase what is stored of one person, of the team of the key; it cannot be taken back')
    .option('--distinct-id <id>', 'may be repeated', collect, [])
    .option('--person-id <uuid>', 'may be repeated', collect, [])
    .option('--json', 'print one JSON object')
    .action(async ({ distinctId, personId, json }: EraseOptions) => {
      const body = { distinct_ids: distinctId, person_ids: personId };
      const erasure = await answer(context.api().POST('/api/v1/erasures', { body }));
      print(json, erasure, `${erasureText(erasure)}\nFollow it with: sluice erasures show ${erasure.id}`);
    });
  const add = requestsOf(program.command('erasures').description('erasures of persons'), context);
  add({
    usage: 'list',
    description: 'newest first',
    options: pageOptions(),
    ask: (api, _given, options: PageOptions) =>
      readPage(options, (query) => answer(api.GET('/api/v1/erasures', { params: { query } }))),
    text: ({ items }) =>
      table(
        ['AT', 'ID', 'STATUS', 'ROWS', 'BY'],
        items.map((item) => [item.created_at, item.id, item.status, rowsOf(item), item.requested_by]),
      ),
  });
  add({
    usage: 'show <erasure-id>',
    description: 'what was erased, and what could not be',
    ask: (api, [id]) => answer(api.GET('/api/v1/erasures/{id}', { params: { path: { id } } })),
    text: erasureText,
  });
}

function erasureText(erasure: Erasure): string {
  return [
    `Erasure ${erasure.id}: ${erasure.status}`,
    ...erasure.erased.map(({ place, rows }) => `  ${place}: ${String(rows)}`),
    '  Not erased:',
    ...erasure.not_erased.map((what) => `    ${what}`),
  ].join('\n');
}

function rowsOf({ erased }: Erasure): number {
  return erased.reduce((total, { rows }) => total + rows, 0);
}
