import type { Command } from 'commander';
import { print, table } from '../output.ts';
import { readPage, withPages, type PageOf, type PageOptions } from '../pages.ts';
import type { CommandContext } from '../register.ts';

interface RowAnomaly {
  interval_end: string;
  run_id: string;
  kind: string;
  rows: number;
  low: number;
  high: number;
}

/** `sluice exports anomalies` */
export function rowAnomaliesCommand(exports: Command, { api }: CommandContext): void {
  withPages(exports.command('anomalies'))
    .description('intervals with far more or fewer rows than the same hours of past weeks, newest first')
    .argument('<export-id>')
    .option('--json', 'print one JSON object')
    .action(async (exportId: string, options: PageOptions & { json?: boolean }) => {
      const path = `/exports/${encodeURIComponent(exportId)}/anomalies`;
      const page = await readPage<PageOf<RowAnomaly>>(api(), path, options);
      const rows = page.items.map((item) => [
        ...[item.interval_end, item.kind, item.rows, `${String(item.low)} .. ${String(item.high)}`, item.run_id],
      ]);
      print(options.json, page, table(['INTERVAL END', 'KIND', 'ROWS', 'USUAL', 'RUN'], rows));
    });
}
