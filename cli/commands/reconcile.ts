import type { Command } from 'commander';
import { print, table } from '../output.ts';
import { readPage, withPages, type PageOf, type PageOptions } from '../pages.ts';
import type { CommandContext } from '../register.ts';

interface LateData {
  interval_start: string;
  interval_end: string;
  rows: number;
  first_inserted_at: string | null;
  last_inserted_at: string | null;
  found_at: string;
  loaded_by_run_id: string | null;
}

interface Reconciliation {
  id: string;
  from: string;
  to: string;
  dry_run: boolean;
  status: string;
  intervals_compared: number;
  intervals_differing: number;
  intervals_repaired: number;
  rows_late: number;
  rows_lost: number;
  rows_surplus: number;
}

interface Completeness {
  completeness: { complete_until: string; behind_seconds: number };
  warnings: { code: string; message: string }[];
}

interface ReconcileOptions {
  from: string;
  to: string;
  dryRun?: boolean;
  repairCopies?: boolean;
}

type JsonOption = { json?: boolean };
type ListOptions = JsonOption & PageOptions;

/** `sluice exports reconcile | reconciliations | late-data | completeness` */
export function reconcileCommands(exports: Command, { api }: CommandContext): void {
  exports
    .command('reconcile')
    .description('compares a range with source and destination, and loads what is missing')
    .argument('<export-id>')
    .requiredOption('--from <time>', 'RFC 3339: intervals that begin here or later')
    .requiredOption('--to <time>', 'RFC 3339: intervals that end here or earlier')
    .option('--dry-run', 'only look')
    .option('--repair-copies', 'in a warehouse: leave one of several copies of a row, written anew')
    .option('--json', 'print one JSON object')
    .action(async (id: string, options: JsonOption & ReconcileOptions) => {
      const { from, to, dryRun = false, repairCopies = false } = options;
      const body = { from, to, dry_run: dryRun, repair_copies: repairCopies };
      const started = await api()<{ workflow_id: string }>('POST', path(id, 'reconcile'), body);
      print(options.json, started, `started ${started.workflow_id}`);
    });
  withPages(exports.command('reconciliations').description('the latest reconciliations of an export, newest first'))
    .argument('<export-id>')
    .option('--json', 'print one JSON object')
    .action(async (id: string, options: ListOptions) => {
      const page = await readPage<PageOf<Reconciliation>>(api(), path(id, 'reconciliations'), options);
      print(options.json, page, reconciliationsText(page.items));
    });
  withPages(exports.command('late-data'))
    .description('rows that became visible after their interval had been exported, newest first')
    .argument('<export-id>')
    .option('--json', 'print one JSON object')
    .action(async (id: string, options: ListOptions) => {
      const page = await readPage<PageOf<LateData>>(api(), path(id, 'late-data'), options);
      print(options.json, page, lateText(page.items));
    });
  exports
    .command('completeness')
    .description('up to when everything that was ingested is at the destination')
    .argument('<export-id>')
    .option('--json', 'print one JSON object')
    .action(async (id: string, options: JsonOption) => {
      const { completeness, warnings } = await api()<Completeness>('GET', path(id));
      const lines = [`complete until ${completeness.complete_until}`, ...warnings.map(({ message }) => message)];
      print(options.json, { completeness, warnings }, lines.join('\n'));
    });
}

function path(exportId: string, ...rest: string[]): string {
  return ['/exports', encodeURIComponent(exportId), ...rest].join('/');
}

function lateText(items: readonly LateData[]): string {
  return table(
    ['INTERVAL END', 'ROWS', 'FIRST INSERTED', 'LAST INSERTED', 'FOUND', 'LOADED BY RUN'],
    items.map((late) => [
      late.interval_end,
      late.rows,
      late.first_inserted_at,
      late.last_inserted_at,
      late.found_at,
      late.loaded_by_run_id,
    ]),
  );
}

function reconciliationsText(items: readonly Reconciliation[]): string {
  return table(
    ['RECONCILIATION', 'FROM', 'TO', 'STATUS', 'COMPARED', 'DIFFER', 'REPAIRED', 'LATE', 'LOST', 'SURPLUS'],
    items.map((row) => [
      row.id,
      row.from,
      row.to,
      row.dry_run ? `${row.status}, only looked` : row.status,
      row.intervals_compared,
      row.intervals_differing,
      row.intervals_repaired,
      row.rows_late,
      row.rows_lost,
      row.rows_surplus,
    ]),
  );
}
