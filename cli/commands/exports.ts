import { Option, type Command } from 'commander';
import { answer, type AnswerOf, type Schemas } from '../api.ts';
import { table } from '../output.ts';
import { pageOptions, readPage, type PageOptions } from '../pages.ts';
import type { CommandContext } from '../register.ts';
import { requestsOf } from '../requests.ts';
import { deleteExportCommand } from './deletions.ts';
import { dryRunCommand } from './dry-runs.ts';
import { rowAnomaliesCommand } from './row-anomalies.ts';

/** `sluice exports …`; answers the group, for more of its commands. */
export function exportCommands(program: Command, context: CommandContext): Command {
  const exports = program.command('exports').description('exports: when they run, and what they have missed');
  const add = requestsOf(exports, context);
  add({
    usage: 'next <export-id>',
    description: 'the next intervals of an export, in UTC and in its local time',
    options: [new Option('--count <n>', 'so many, up to 100').default('5')],
    ask: (api, [id], { count }: { count: string }) =>
      answer(api.GET('/api/v1/exports/{id}/next-runs', { params: { path: { id }, query: { count } } })),
    text: nextText,
  });
  deleteExportCommand(exports, context);
  add({
    usage: 'gaps <export-id>',
    description: 'expected intervals of an export that are not exported, from old to new',
    options: pageOptions(),
    ask: (api, [id], options: PageOptions) =>
      readPage(options, (query) => answer(api.GET('/api/v1/exports/{id}/gaps', { params: { path: { id }, query } }))),
    text: ({ items }) => gapText(items),
  });
  rowAnomaliesCommand(exports, context);
  dryRunCommand(exports, context);
  return exports;
}

function nextText({ paused, time_zone, items }: AnswerOf<'getExportsByIdNextRuns'>): string {
  const rows = items.map((item) => [item.interval_start, item.interval_end, item.local_start, item.local_end]);
  const text = table(['INTERVAL START', 'INTERVAL END', `START IN ${time_zone}`, `END IN ${time_zone}`], rows);
  return paused ? `Paused: none of these starts before it is resumed.\n${text}` : text;
}

function gapText(items: readonly Schemas['Gap'][]): string {
  if (items.length === 0) {
    return 'No gaps: every expected interval that ended more than ten minutes ago is exported.';
  }
  const titles = ['INTERVAL END', 'STATE', 'LAST RUN', 'ERROR', 'NEXT TRY'];
  const rows = items.map((gap) => [gap.interval_end, gap.state, gap.run?.status, gap.run?.error_code, gap.next_try_at]);
  return [table(titles, rows), ...remedies(items)].join('\n');
}

/** What somebody can do about them, each once. */
function remedies(items: readonly Schemas['Gap'][]): string[] {
  const lines = items.flatMap(({ run }) =>
    run === null || run.remedy === null ? [] : [`${run.error_code ?? run.status}: ${run.remedy}`],
  );
  return [...new Set(lines)];
}
