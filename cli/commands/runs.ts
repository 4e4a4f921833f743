import type { Command } from 'commander';
import { print, table } from '../output.ts';
import type { CommandContext } from '../register.ts';

interface Run {
  id: string;
  interval_start: string;
  interval_end: string;
  status: string;
  trigger: string;
  rows: number;
  bytes: number;
  records_failed: number;
  error: { code: string; message: string; remedy: string | null } | null;
  started_at: string;
  finished_at: string | null;
  timings: Record<string, number>;
}

/** `sluice runs …` */
export function runCommands(program: Command, { api }: CommandContext): void {
  const runs = program.command('runs').description('runs of exports');
  runs
    .command('list')
    .description('the latest runs of an export, newest first')
    .argument('<export-id>')
    .option('--limit <n>', 'at most so many, up to 100', '20')
    .option('--json', 'print one JSON object')
    .action(async (exportId: string, options: { limit: string; json?: boolean }) => {
      const path = `/exports/${encodeURIComponent(exportId)}/runs?limit=${encodeURIComponent(options.limit)}`;
      const page = await api()<{ items: Run[] }>('GET', path);
      print(options.json, page, listText(page.items));
    });
}

function listText(items: readonly Run[]): string {
  const titles = ['RUN', 'INTERVAL END', 'STATUS', 'TRIGGER', 'ROWS', 'ERROR'];
  return table(
    titles,
    items.map((run) => [run.id, run.interval_end, run.status, run.trigger, run.rows, run.error?.code]),
  );
}
