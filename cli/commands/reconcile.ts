import { Option, type Command } from 'commander';
import { answer, type Schemas } from '../api.ts';
import { table } from '../output.ts';
import { pageOptions, readPage, type PageOptions } from '../pages.ts';
import type { CommandContext } from '../register.ts';
import { requestsOf } from '../requests.ts';

interface ReconcileOptions {
  from: string;
  to: string;
  dryRun?: boolean;
  repairCopies?: boolean;
}

/** `sluice exports reconcile | reconciliations | late-data | completeness` */
export function reconcileCommands(exports: Command, context: CommandContext): void {
  const add = requestsOf(exports, context);
  add({
    usage: 'reconcile <export-id>',
    description: 'compares a range with source and destination, and loads what is missing',
    options: [
      new Option('--from <time>', 'RFC 3339: intervals that begin here or later').makeOptionMandatory(),
      new Option('--to <time>', 'RFC 3339: intervals that end here or earlier').makeOptionMandatory(),
      new Option('--dry-run', 'only look'),
      new Option('--repair-copies', 'in a warehouse: leave one of several copies of a row, written anew'),
    ],
    ask: (api, [id], { from, to, dryRun = false, repairCopies = false }: ReconcileOptions) =>
      answer(
        api.POST('/api/v1/exports/{id}/reconcile', {
          params: { path: { id } },
          body: { from, to, dry_run: dryRun, repair_copies: repairCopies },
        }),
      ),
    text: (started) => `started ${started.workflow_id}`,
  });
  add({
    usage: 'reconciliations <export-id>',
    description: 'the latest reconciliations of an export, newest first',
    options: pageOptions(),
    ask: (api, [id], options: PageOptions) =>
      readPage(options, (query) =>
        answer(api.GET('/api/v1/exports/{id}/reconciliations', { params: { path: { id }, query } })),
      ),
    text: ({ items }) => reconciliationsText(items),
  });
  add({
    usage: 'late-data <export-id>',
    description: 'rows that became visible after their interval had been exported, newest first',
    options: pageOptions(),
    ask: (api, [id], options: PageOptions) =>
      readPage(options, (query) =>
        answer(api.GET('/api/v1/exports/{id}/late-data', { params: { path: { id }, query } })),
      ),
    text: ({ items }) => lateText(items),
  });
  add({
    usage: 'completeness <export-id>',
    description: 'up to when everything that was ingested is at the destination',
    ask: async (api, [id]) => {
      const { completeness, warnings } = await answer(api.GET('/api/v1/exports/{id}', { params: { path: { id } } }));
      return { completeness, warnings };
    },
    text: ({ completeness, warnings }) =>
      [`complete until ${completeness.complete_until}`, ...warnings.map(({ message }) => message)].join('\n'),
  });
}

function lateText(items: readonly Schemas['LateData'][]): string {
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

function reconciliationsText(items: readonly Schemas['Reconciliation'][]): string {
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
