import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { EXIT_FAILED } from '../exit-codes.ts';
import { print, table } from '../output.ts';
import type { CommandContext } from '../register.ts';
import { facts, FINDING, listed, requestCommands } from '../requests.ts';

interface Check {
  ok: boolean;
  steps: { name: string; status: string; message?: string }[];
  resumed_exports?: string[];
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** `sluice destinations list | show | versions | kinds | check` */
export function destinationReads(destinations: Command, context: CommandContext): void {
  requestCommands(destinations, context, [
    {
      ...{ usage: 'list', description: 'the destinations of your team', path: '/destinations' },
      ...FINDING,
      text: listed(['id', 'kind', 'name', 'updated_at']),
    },
    {
      usage: 'show <destination-id>',
      description: 'its settings, without secrets',
      path: '/destinations/{}',
      text: facts,
    },
    {
      ...{ usage: 'versions <destination-id>', description: 'what was changed, by whom' },
      ...{ path: '/destinations/{}/versions', paged: true },
      text: listed(['version', 'created_at', 'by', 'changes']),
    },
    {
      ...{ usage: 'kinds', description: 'what kinds there are, and what they promise', path: '/destination-kinds' },
      text: listed(['kind', 'title', 'guarantee', 'summary']),
    },
  ]);
  destinations
    .command('check')
    .description('try the connection step by step; exit code 1 when a step fails')
    .argument('<destination-id or file>', 'a destination, or a JSON file with kind and config of one to be')
    .option('--json', 'print one JSON object')
    .action(async (target: string, { json }: { json?: boolean }) => {
      const check = UUID.test(target)
        ? await context.api()<Check>('POST', `/destinations/${target}/check`, {})
        : await context.api()<Check>('POST', '/destinations/check', JSON.parse(await readFile(target, 'utf8')));
      print(json, check, checkText(check));
      process.exitCode = check.ok ? 0 : EXIT_FAILED;
    });
}

function checkText({ steps, resumed_exports: resumed = [] }: Check): string {
  const rows = steps.map(({ name, status, message }) => [name, status, message ?? '']);
  const note = resumed.length === 0 ? '' : `\nResumed, because it works: ${resumed.join(', ')}`;
  return `${table(['STEP', 'STATUS', ''], rows)}${note}`;
}
