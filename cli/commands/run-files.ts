import type { Command } from 'commander';
import { print, table } from '../output.ts';
import { readPage, withPages, type PageOf, type PageOptions } from '../pages.ts';
import type { CommandContext } from '../register.ts';

interface Files extends PageOf<{ key: string; rows: number; bytes: number; sha256: string }> {
  manifest: string | null;
}

/** `sluice runs files` */
export function filesCommand(runs: Command, { api }: CommandContext): void {
  withPages(runs.command('files').description('the files that a completed run wrote, and its manifest'), '100')
    .argument('<run-id>')
    .option('--json', 'print one JSON object')
    .action(async (runId: string, options: PageOptions & { json?: boolean }) => {
      const files = await readPage<Files>(api(), `/runs/${encodeURIComponent(runId)}/files`, options);
      print(options.json, files, filesText(files));
    });
}

function filesText({ items, manifest }: Files): string {
  const rows = items.map((file) => [file.key, file.rows, file.bytes, file.sha256]);
  return `${table(['FILE', 'ROWS', 'BYTES', 'SHA256'], rows)}\nmanifest: ${manifest ?? 'none'}`;
}
