import { setTimeout as sleep } from 'node:timers/promises';
import { Option, type Command } from 'commander';
import type { ApiCall } from '../api.ts';
import { EXIT_FAILED } from '../exit-codes.ts';
import { print, table } from '../output.ts';
import { readPage, withPages, type PageOf, type PageOptions } from '../pages.ts';
import { ProgressLine } from '../progress.ts';
import type { CommandContext } from '../register.ts';
import { listed, requestCommands } from '../requests.ts';
import { backfillText, estimateText, progressLine, type Backfill, type Estimate } from './backfill-text.ts';

interface StartOptions {
  from: string;
  to: string;
  order: string;
  parallel: string;
  force?: boolean;
  dryRun?: boolean;
  follow?: boolean;
  json?: boolean;
}

const FOLLOW_EVERY_MS = 2_000;
const OVER = ['completed', 'failed', 'cancelled'];

/** `sluice backfills …` */
export function backfillCommands(program: Command, context: CommandContext): void {
  const { api } = context;
  const backfills = program
    .command('backfills')
    .description('ranges of the past that are exported beside the live runs');
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
  withPages(backfills.command('list').description('the latest backfills of an export, newest first'))
    .argument('<export-id>')
    .option('--json', 'print one JSON object')
    .action(async (exportId: string, options: PageOptions & { json?: boolean }) => {
      const path = `/exports/${encodeURIComponent(exportId)}/backfills`;
      const page = await readPage<PageOf<Backfill>>(api(), path, options);
      print(options.json, page, listText(page.items));
    });
  backfills
    .command('show')
    .description('status, progress and time left')
    .argument('<backfill-id>')
    .option('--follow', 'until it has ended; exit code 0 only if it is complete')
    .option('--json', 'print one JSON object, with --follow one per look')
    .action((id: string, options: { follow?: boolean; json?: boolean }) => show(api(), id, options));
  requestCommands(backfills, context, [
    {
      ...{ usage: 'intervals <backfill-id>', description: 'its intervals, and what failed' },
      ...{ path: '/backfills/{}/intervals', paged: true },
      text: listed(['interval_end', 'status', 'rows', 'error']),
    },
  ]);
  for (const verb of ['pause', 'resume', 'cancel', 'retry']) {
    backfills
      .command(verb)
      .description(verb === 'retry' ? 'exports its failed intervals again' : `${verb}s a backfill`)
      .argument('<backfill-id>')
      .option('--json', 'print one JSON object')
      .action(async (id: string, { json }: { json?: boolean }) => {
        const changed = await api()<Backfill>('POST', `/backfills/${encodeURIComponent(id)}/${verb}`);
        print(json, changed, backfillText(changed));
      });
  }
}

async function start(api: ApiCall, exportId: string, options: StartOptions): Promise<void> {
  const body = {
    from: options.from,
    to: options.to,
    order: options.order,
    parallel: Number(options.parallel),
    force: options.force ?? false,
    dry_run: options.dryRun ?? false,
  };
  const path = `/exports/${encodeURIComponent(exportId)}/backfills`;
  if (options.dryRun === true) {
    const found = await api<{ range_start: string; range_end: string; estimate: Estimate }>('POST', path, body);
    print(options.json, found, `${found.range_start} .. ${found.range_end}\n${estimateText(found.estimate)}`);
    return;
  }
  const created = await api<Backfill>('POST', path, body);
  print(options.json, created, backfillText(created));
  if (options.follow === true) {
    await show(api, created.id, options);
  }
}

async function show(api: ApiCall, id: string, options: { follow?: boolean; json?: boolean }): Promise<void> {
  const progress = new ProgressLine();
  for (;;) {
    const found = await api<Backfill>('GET', `/backfills/${encodeURIComponent(id)}`);
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

function listText(items: readonly Backfill[]): string {
  return table(
    ['BACKFILL', 'FROM', 'TO', 'STATUS', 'DONE', 'ROWS', 'FAILED'],
    items.map(({ id, range_start, range_end, status, progress }) => [
      ...[id, range_start, range_end, status, `${String(progress.percent)} %`],
      ...[progress.rows, progress.failed],
    ]),
  );
}
