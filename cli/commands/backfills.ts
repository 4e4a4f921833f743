import { setTimeout as sleep } from 'node:timers/promises';
import { Option, type Command } from 'commander';
import { answer, type ApiClient, type Schemas } from '../api.ts';
import { EXIT_FAILED } from '../exit-codes.ts';
import { print, table } from '../output.ts';
import { pageOptions, readPage, type PageOptions } from '../pages.ts';
import { ProgressLine } from '../progress.ts';
import type { CommandContext } from '../register.ts';
import { listed, requestsOf, type AddRequest } from '../requests.ts';
import { backfillText, estimateText, progressLine } from './backfill-text.ts';

interface StartOptions {
  from: string;
  to: string;
  order: Schemas['Backfill']['order'];
  parallel: string;
  force?: boolean;
  dryRun?: boolean;
  follow?: boolean;
  json?: boolean;
}

const FOLLOW_EVERY_MS = 2_000;
const OVER: readonly Schemas['Backfill']['status'][] = ['completed', 'failed', 'cancelled'];

/** `sluice backfills …` */
export function backfillCommands(program: Command, context: CommandContext): void {
  const { api } = context;
  const backfills = program
    .command('backfills')
    .description('ranges of the past that are exported beside the live runs');
  const add = requestsOf(backfills, context);
  backfills
    .command('start')
    .description('exports a range of the past')
    .argument('<export-id>')
    .requiredOption('--from <time>', 'ingestion time, RFC 3339')
    .requiredOption('--to <time>', 'ingestion time, RFC 3339')
    .addOption(
      new Option('--order <order>', 'which intervals come first').choices(['newest', 'oldest']).default('newest'),
    )
    .option('--parallel <n>', 'intervals at the same time', '2')
    .option('--force', 'also what has been exported, in place of it')
    .option('--dry-run', 'only estimate')
    .option('--follow', 'until it has ended; exit code 0 only if it is complete')
    .option('--json', 'print one JSON object')
    .action((exportId: string, options: StartOptions) => start(api(), exportId, options));
  add({
    usage: 'list <export-id>',
    description: 'the latest backfills of an export, newest first',
    options: pageOptions(),
    ask: (client, [id], options: PageOptions) =>
      readPage(options, (query) =>
        answer(client.GET('/api/v1/exports/{id}/backfills', { params: { path: { id }, query } })),
      ),
    text: ({ items }) => listText(items),
  });
  backfills
    .command('show')
    .description('status, progress and time left')
    .argument('<backfill-id>')
    .option('--follow', 'until it has ended; exit code 0 only if it is complete')
    .option('--json', 'print one JSON object, with --follow one per look')
    .action((id: string, options: { follow?: boolean; json?: boolean }) => show(api(), id, options));
  add({
    usage: 'intervals <backfill-id>',
    description: 'its intervals, and what failed',
    options: pageOptions(),
    ask: (client, [id], options: PageOptions) =>
      readPage(options, (query) =>
        answer(client.GET('/api/v1/backfills/{id}/intervals', { params: { path: { id }, query } })),
      ),
    text: ({ items }) => listed(items, ['interval_end', 'status', 'rows', 'error']),
  });
  changeCommands(add);
}

function changeCommands(add: AddRequest): void {
  add({
    usage: 'pause <backfill-id>',
    description: 'pauses a backfill',
    ask: (api, [id]) => answer(api.POST('/api/v1/backfills/{id}/pause', { params: { path: { id } } })),
    text: backfillText,
  });
  add({
    usage: 'resume <backfill-id>',
    description: 'resumes a backfill',
    ask: (api, [id]) => answer(api.POST('/api/v1/backfills/{id}/resume', { params: { path: { id } } })),
    text: backfillText,
  });
  add({
    usage: 'cancel <backfill-id>',
    description: 'cancels a backfill',
    ask: (api, [id]) => answer(api.POST('/api/v1/backfills/{id}/cancel', { params: { path: { id } } })),
    text: backfillText,
  });
  add({
    usage: 'retry <backfill-id>',
    description: 'exports its failed intervals again',
    ask: (api, [id]) => answer(api.POST('/api/v1/backfills/{id}/retry', { params: { path: { id } } })),
    text: backfillText,
  });
}

async function start(api: ApiClient, exportId: string, options: StartOptions): Promise<void> {
  const found = await answer(
    api.POST('/api/v1/exports/{id}/backfills', {
      params: { path: { id: exportId } },
      body: {
        from: options.from,
        to: options.to,
        order: options.order,
        parallel: Number(options.parallel),
        force: options.force ?? false,
        dry_run: options.dryRun ?? false,
      },
    }),
  );
  if (!('id' in found)) {
    print(options.json, found, `${found.range_start} .. ${found.range_end}\n${estimateText(found.estimate)}`);
    return;
  }
  print(options.json, found, backfillText(found));
  if (options.follow === true) {
    await show(api, found.id, options);
  }
}

async function show(api: ApiClient, id: string, options: { follow?: boolean; json?: boolean }): Promise<void> {
  const progress = new ProgressLine();
  for (;;) {
    const found = await answer(api.GET('/api/v1/backfills/{id}', { params: { path: { id } } }));
    if (options.follow !== true || OVER.includes(found.status)) {
      progress.end();
      print(options.json, found, backfillText(found));
      process.exitCode = options.follow === true && found.status !== 'completed' ? EXIT_FAILED : 0;
      return;
    }
    if (options.json === true) {
      print(true, found, '');
    } else {
      progress.show(progressLine(found));
    }
    await sleep(FOLLOW_EVERY_MS);
  }
}

function listText(items: readonly Schemas['Backfill'][]): string {
  return table(
    ['BACKFILL', 'FROM', 'TO', 'STATUS', 'DONE', 'ROWS', 'FAILED'],
    items.map(({ id, range_start, range_end, status, progress }) => [
      ...[id, range_start, range_end, status, `${String(progress.percent)} %`],
      ...[progress.rows, progress.failed],
    ]),
  );
}
