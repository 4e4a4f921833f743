import { setTimeout as sleep } from 'node:timers/promises';
import { Option, type Command } from 'commander';
import { answer, type AnswerOf, type Schemas } from '../api.ts';
import { defined } from '../defined.ts';
import { EXIT_FAILED } from '../exit-codes.ts';
import { print, table } from '../output.ts';
import { pageOptions, readPage, type PageOptions } from '../pages.ts';
import { ProgressLine } from '../progress.ts';
import type { CommandContext } from '../register.ts';
import { requestsOf, type AddRequest } from '../requests.ts';
import { filesCommand } from './run-files.ts';
import { runLogCommand } from './run-log.ts';

type Run = Schemas['Run'];
type Rerun = AnswerOf<'postExportsByIdRerun'>;

interface RepeatOptions {
  config: 'original' | 'current';
  force?: boolean;
}

const FOLLOW_EVERY_MS = 1_000;

/** `sluice runs …` */
export function runCommands(program: Command, context: CommandContext): void {
  const runs = program.command('runs').description('runs of exports');
  const add = requestsOf(runs, context);
  add({
    usage: 'list <export-id>',
    description: 'the latest runs of an export, newest first',
    options: [...pageOptions(), new Option('--status <statuses>', 'only these, separated by commas: failed,timed_out')],
    ask: (api, [id], { status, ...options }: PageOptions & { status?: string }) =>
      readPage(options, (page) => {
        const query = { ...page, ...defined({ status }) };
        return answer(api.GET('/api/v1/exports/{id}/runs', { params: { path: { id }, query } }));
      }),
    text: ({ items }) => listText(items),
  });
  showCommand(runs, context);
  filesCommand(add);
  runLogCommand(runs, context);
  repeatCommands(add);
  add({
    usage: 'cancel <run-id>',
    description: 'asks an open run to end',
    ask: (api, [id]) => answer(api.POST('/api/v1/runs/{id}/cancel', { params: { path: { id } } })),
    text: (run) => `the run of ${run.interval_end} is asked to end`,
  });
}

function showCommand(runs: Command, { api }: CommandContext): void {
  runs
    .command('show')
    .description('one run: counts, timings, and what went wrong')
    .argument('<run-id>')
    .option('--follow', 'until it has ended; exit code 0 only if it is complete')
    .option('--json', 'print one JSON object')
    .action(async (id: string, options: { follow?: boolean; json?: boolean }) => {
      const read = (): Promise<Run> => answer(api().GET('/api/v1/runs/{id}', { params: { path: { id } } }));
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

function repeatCommands(add: AddRequest): void {
  add({
    usage: 'retry <run-id>',
    description: 'runs the interval of a run again',
    options: [
      new Option('--config <which>', "original (the run's own settings) or current").default('current'),
      new Option('--force', 'also when the interval has been exported'),
    ],
    ask: (api, [id], { config, force }: RepeatOptions) =>
      answer(
        api.POST('/api/v1/runs/{id}/retry', { params: { path: { id } }, body: { config, ...defined({ force }) } }),
      ),
    text: startedText,
  });
  add({
    usage: 'rerun <export-id>',
    description: 'runs the intervals of a range again, at most 100',
    options: [
      new Option('--from <time>', 'RFC 3339').makeOptionMandatory(),
      new Option('--to <time>', 'RFC 3339').makeOptionMandatory(),
      new Option('--config <which>', 'original (the settings of that time) or current').default('current'),
      new Option('--force', 'also intervals that have been exported'),
    ],
    ask: (api, [id], { from, to, config, force }: RepeatOptions & { from: string; to: string }) =>
      answer(
        api.POST('/api/v1/exports/{id}/rerun', {
          params: { path: { id } },
          body: { from, to, config, ...defined({ force }) },
        }),
      ),
    text: rerunText,
  });
}

function rerunText({ started, skipped }: Rerun): string {
  const left = skipped.map(({ interval_end, reason }) => `${interval_end} left alone: ${reason}`);
  return [...started.map(startedText), ...left].join('\n') || 'nothing has run in this range';
}

function startedText({ interval_end, export_version, workflow_id }: Rerun['started'][number]): string {
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
