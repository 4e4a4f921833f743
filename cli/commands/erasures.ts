import type { Command } from 'commander';
import { print, table } from '../output.ts';
import { readPage, withPages, type PageOf, type PageOptions } from '../pages.ts';
import type { CommandContext } from '../register.ts';

interface Erasure {
  id: string;
  status: string;
  requested_by: string;
  erased: { place: string; rows: number }[];
  not_erased: string[];
  created_at: string;
  finished_at: string | null;
}

interface JsonOption {
  json?: boolean;
}

const collect = (value: string, before: string[]): string[] => [...before, value];

/** `sluice erase` and `sluice erasures`: they need a key with the scope admin. */
export function erasureCommands(program: Command, { api }: CommandContext): void {
  program
    .command('erase')
    .description('erase what is stored of one person, of the team of the key; it cannot be taken back')
    .option('--distinct-id <id>', 'may be repeated', collect, [])
    .option('--person-id <uuid>', 'may be repeated', collect, [])
    .option('--json', 'print one JSON object')
    .action(async (options: JsonOption & { distinctId: string[]; personId: string[] }) => {
      const body = { distinct_ids: options.distinctId, person_ids: options.personId };
      const erasure = await api()<Erasure>('POST', '/erasures', body);
      print(options.json, erasure, `${erasureText(erasure)}\nFollow it with: sluice erasures show ${erasure.id}`);
    });
  const erasures = program.command('erasures').description('erasures of persons');
  withPages(erasures.command('list').description('newest first'))
    .option('--json', 'print one JSON object')
    .action(async (options: JsonOption & PageOptions) => {
      const page = await readPage<PageOf<Erasure>>(api(), '/erasures', options);
      const rows = page.items.map((item) => [item.created_at, item.id, item.status, rowsOf(item), item.requested_by]);
      print(options.json, page, table(['AT', 'ID', 'STATUS', 'ROWS', 'BY'], rows));
    });
  erasures
    .command('show')
    .description('what was erased, and what could not be')
    .argument('<erasure-id>')
    .option('--json', 'print one JSON object')
    .action(async (id: string, options: JsonOption) => {
      const erasure = await api()<Erasure>('GET', `/erasures/${encodeURIComponent(id)}`);
      print(options.json, erasure, erasureText(erasure));
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
