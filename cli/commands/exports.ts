import type { Command } from 'commander';
import { print, table } from '../output.ts';
import { readPage, withPages, type PageOf, type PageOptions } from '../pages.ts';
import type { CommandContext } from '../register.ts';
import { deleteExportCommand } from './deletions.ts';
import { dryRunCommand } from './dry-runs.ts';
import { rowAnomaliesCommand } from './row-anomalies.ts';

interface NextRuns {
  paused: boolean;
  time_zone: string;
  items: { interval_start: string; interval_end: string; local_start: string; local_end: string }[];
}

interface Gap {
  interval_start: string;
  interval_end: string;
  state: string;
  run: { id: string; status: string; error_code: string | null; remedy: string | null } | null;
  next_try_at: string | null;
}

/** `sluice exports …`; answers the group, for more of its commands. */
export function exportCommands(program: Command, context: CommandContext): Command {
  const { api } = context;
  const exports = program.command('exports').description('exports: when they run, and what they have missed');
  exports
    .command('next')
    .description('the next intervals of an export, in UTC and in its local time')
    .argument('<export-id>')
    .option('--count <n>', 'so many, up to 100', '5')
    .option('--json', 'print one JSON object')
    .action(async (exportId: string, options: { count: string; json?: boolean }) => {
      const path = `/exports/${encodeURIComponent(exportId)}/next-runs?count=${encodeURIComponent(options.count)}`;
      const next = await api()<NextRuns>('GET', path);
      print(options.json, next, nextText(next));
    });
  deleteExportCommand(exports, context);
  withPages(exports.command('gaps'))
    .description('expected intervals of an export that are not exported, from old to new')
    .argument('<export-id>')
    .option('--json', 'print one JSON object')
    .action(async (exportId: string, options: PageOptions & { json?: boolean }) => {
      const page = await readPage<PageOf<Gap>>(api(), `/exports/${encodeURIComponent(exportId)}/gaps`, options);
      print(options.json, page, gapText(page.items));
    });
  rowAnomaliesCommand(exports, context);
  dryRunCommand(exports, context);
  return exports;
}

function nextText({ paused, time_zone, items }: NextRuns): string {
  const rows = items.map((item) => [item.interval_start, item.interval_end, item.local_start, item.local_end]);
  const text = table(['INTERVAL START', 'INTERVAL END', `START IN ${time_zone}`, `END IN ${time_zone}`], rows);
  return paused ? `Paused: none of these starts before it is resumed.\n${text}` : text;
}

function gapText(items: readonly Gap[]): string {
  if (items.length === 0) {
    return 'No gaps: every expected interval that ended more than ten minutes ago is exported.';
  }
  const titles = ['INTERVAL END', 'STATE', 'LAST RUN', 'ERROR', 'NEXT TRY'];
  const rows = items.map((gap) => [gap.interval_end, gap.state, gap.run?.status, gap.run?.error_code, gap.next_try_at]);
  return [table(titles, rows), ...remedies(items)].join('\n');
}

/** What somebody can do about them, each once. */
function remedies(items: readonly Gap[]): string[] {
  const lines = items.flatMap(({ run }) =>
    run === null || run.remedy === null ? [] : [`${run.error_code ?? run.status}: ${run.remedy}`],
  );
  return [...new Set(lines)];
}
