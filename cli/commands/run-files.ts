import type { Command } from 'commander';
import { print, table } from '../output.ts';
import type { CommandContext } from '../register.ts';

interface Files {
  items: { key: string; rows: number; bytes: number; sha256: string }[];
  next_cursor: string | null;
  manifest: string | null;
}

/** `sluice runs files` */
export function filesCommand(runs: Command, { api }: CommandContext): void {
  runs
    .command('files')
    .description('the files that a completed run wrote, and its manifest')
    .argument('<run-id>')
    .option('--limit <n>', 'at most so many, up to 100', '100')
    .option('--cursor <cursor>', 'the next_cursor of the page before')
    .option('--json', 'print one JSON object')
    .action(async (runId: string, { json, ...page }: { limit: string; cursor?: string; json?: boolean }) => {
      const query = new URLSearchParams({ ...page }).toString();
      const files = await api()<Files>('GET', `/runs/${encodeURIComponent(runId)}/files?${query}`);
      print(json, files, filesText(files));
    });
}

function filesText({ items, manifest, next_cursor: next }: Files): string {
  const rows = items.map((file) => [file.key, file.rows, file.bytes, file.sha256]);
  return [
    table(['FILE', 'ROWS', 'BYTES', 'SHA256'], rows),
    `manifest: ${manifest ?? 'none'}`,
    ...(next === null ? [] : [`more: --cursor ${next}`]),
  ].join('\n');
}
