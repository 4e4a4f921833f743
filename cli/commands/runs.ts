import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { EXIT_FAILED } from '../exit-codes.ts';
import { print, table } from '../output.ts';
import { readPage, withPages, type PageOf, type PageOptions } from '../pages.ts';
import { ProgressLine } from '../progress.ts';
import type { CommandContext } from '../register.ts';
import { filesCommand } from './run-files.ts';
import { runLogCommand } from './run-log.ts';

export interface Run {
  id: string;
  interval_start: string;
  interval_end: string;
  status: string;
  trigger: string;
  export_version: number;
  rows_in: number;
  rows: number;
  records_failed: number;
  kept: boolean;
  bytes: number;
  error: { code: string; message: string; remedy: string | null } | null;
  timings: Record<string, number>;
  finished_at: string | null;
}

const FOLLOW_EVERY_MS = 1_000;

interface Started {
  workflow_id: string;
  interval_end: string;
  export_version: number;
}

interface RepeatOptions {
  config: string;
  force?: boolean;
  json?: boolean;
}

/** `sluice runs …` */
export function runCommands(program: Command, context: CommandContext): void {
  const runs = program.command('runs').description('runs of exports');
  listCommand(runs, context);
  showCommand(runs, context);
  filesCommand(runs, context);
  runLogCommand(runs, context);
  repeatCommands(runs, context);
  runs
    .command('cancel')
    .description('asks an open run to end')
    .argument('<run-id>')
    .option('--json', 'print one JSON object')
    .action(async (runId: string, options: { json?: boolean }) => {
      const run = await context.api()<Run>('POST', `/runs/${encodeURIComponent(runId)}/cancel`);
      print(options.json, run, `the run of ${run.interval_end} is asked to end`);
    });
}

function listCommand(runs: Command, { api }: CommandContext): void {
  withPages(runs.command('list').description('the latest runs of an export, newest first'))
    .argument('<export-id>')
    .option('--status <statuses>', 'only these, separated by commas: failed,timed_out')
    .option('--json', 'print one JSON object')
    .action(async (exportId: string, options: PageOptions & { status?: string; json?: boolean }) => {
      const path = `/exports/${encodeURIComponent(exportId)}/runs`;
      const query = options.status === undefined ? {} : { status: options.status };
      const page = await readPage<PageOf<Run>>(api(), path, options, query);
      print(options.json, page, listText(page.items));
    });
}

function showCommand(runs: Command, { api }: CommandContext): void {
  runs
    .command('show')
    .description('one run: counts, timings, and what went wrong')
    .argument('<run-id>')
    .option('--follow', 'until it has ended; exit code 0 only if it is complete')
    .option('--json', 'print one JSON object')
    .action(async (runId: string, options: { follow?: boolean; json?: boolean }) => {
      const read = (): Promise<Run> => api()<Run>('GET', `/runs/${encodeURIComponent(runId)}`);
      const run = options.follow === true ? await ended(read, options.json === true) : await read();
      print(options.json, run, showText(run));
      process.exitCode = options.follow === true && run.status !== 'completed' ? EXIT_FAILED : 0;
    });
}

async function ended(read: () => Promise<Run>, quiet: boolean): Promise<Run> {
  const progress = new ProgressLine();
  for (;;) {
    const run = await read();
    if (run.finished_at !== null) {
      progress.end();
      return run;
    }
    if (!quiet) {
      progress.show(`${run.interval_end} ${run.status}: ${String(run.rows)} rows`);
    }
    await sleep(FOLLOW_EVERY_MS);
  }
}

function repeatCommands(runs: Command, { api }: CommandContext): void {
  runs
    .command('retry')
    .description('runs the interval of a run again')
    .argument('<run-id>')
    .option('--config <which>', "original (the run's own settings) or current", 'current')
    .option('--force', 'also when the interval has been exported')
    .option('--json', 'print one JSON object')
    .action(async (runId: string, { json, ...body }: RepeatOptions) => {
      const started = await api()<Started>('POST', `/runs/${encodeURIComponent(runId)}/retry`, body);
      print(json, started, startedText(started));
    });
  runs
    .command('rerun')
    .description('runs the intervals of a range again, at most 100')
    .argument('<export-id>')
    .requiredOption('--from <time>', 'RFC 3339')
    .requiredOption('--to <time>', 'RFC 3339')
    .option('--config <which>', 'original (the settings of that time) or current', 'current')
    .option('--force', 'also intervals that have been exported')
    .option('--json', 'print one JSON object')
    .action(async (exportId: string, { json, ...body }: RepeatOptions & { from: string; to: string }) => {
      const path = `/exports/${encodeURIComponent(exportId)}/rerun`;
      const answer = await api()<{ started: Started[]; skipped: { interval_end: string; reason: string }[] }>(
        'POST',
        path,
        body,
      );
      const skipped = answer.skipped.map(({ interval_end, reason }) => `${interval_end} left alone: ${reason}`);
      print(
        json,
        answer,
        [...answer.started.map(startedText), ...skipped].join('\n') || 'nothing has run in this range',
      );
    });
}

function startedText({ interval_end, export_version, workflow_id }: Started): string {
  return `${interval_end} runs again with version ${String(export_version)} as ${workflow_id}`;
}

function listText(items: readonly Run[]): string {
  const titles = ['RUN', 'INTERVAL END', 'STATUS', 'TRIGGER', 'ROWS', 'ERROR'];
  return table(
    titles,
    items.map((run) => [run.id, run.interval_end, run.status, run.trigger, run.rows, run.error?.code]),
  );
}

function showText(run: Run): string {
  const timings = Object.entries(run.timings).map(([step, ms]) => `${step} ${String(ms)} ms`);
  return table(
    ['RUN', run.id],
    [
      ['interval', `${run.interval_start} .. ${run.interval_end}`],
      ['status', run.status],
      ['trigger', run.trigger],
      ['version', run.export_version],
      ['rows in', run.rows_in],
      ['rows out', run.rows],
      ['set aside', run.records_failed],
      ...(run.kept ? [['kept', 'files of before a restore; --replace-kept of exports run replaces them']] : []),
      ['bytes', run.bytes],
      ['timings', timings.join(', ')],
      ...(run.error === null
        ? []
        : [
            ['error', `${run.error.code}: ${run.error.message}`],
            ['what to do', run.error.remedy],
          ]),
    ],
  );
}
