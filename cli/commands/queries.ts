import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { answer, type Schemas } from '../api.ts';
import { defined } from '../defined.ts';
import { print, table } from '../output.ts';
import type { CommandContext } from '../register.ts';

/** `sluice queries …` */
export function queryCommands(program: Command, { api }: CommandContext): void {
  const queries = program.command('queries').description('queries of exports with the model sql');
  queries
    .command('check')
    .description('try a query: its columns, its first rows, what it reads')
    .argument('<file>', 'a file with the query; - is the standard input')
    .option('--from <time>', 'interval start, RFC 3339; default: the last whole hour')
    .option('--to <time>', 'interval end')
    .option('--json', 'print one JSON object')
    .action(async (file: string, options: { from?: string; to?: string; json?: boolean }) => {
      const query = await readFile(file === '-' ? '/dev/stdin' : file, 'utf8');
      const body = { query, ...defined({ interval_start: options.from, interval_end: options.to }) };
      const check = await answer(api().POST('/api/v1/queries/check', { body }));
      print(options.json, check, checkText(check));
    });
}

function checkText({ columns, sample, rows: all, rows_read: read }: Schemas['QueryCheck']): string {
  const types = table(
    ['COLUMN', 'TYPE', 'NULL'],
    columns.map(({ name, type, nullable }) => [name, type, nullable ? 'possible' : 'never']),
  );
  const rows = sample.map((row) => JSON.stringify(row)).join('\n');
  const total =
    all === null
      ? 'More rows over the interval than can be counted in passing'
      : `${String(all)} rows over the interval`;
  return `${types}\n\n${total}. First rows, of ${String(read)} that were read:\n${rows === '' ? 'none' : rows}`;
}
