import type { Command } from 'commander';
import { answer } from '../api.ts';
import { table } from '../output.ts';
import { pageOptions, readPage, type PageOptions } from '../pages.ts';
import type { CommandContext } from '../register.ts';
import { requestsOf } from '../requests.ts';

/** `sluice exports anomalies` */
export function rowAnomaliesCommand(exports: Command, context: CommandContext): void {
  requestsOf(
    exports,
    context,
  )({
    usage: 'anomalies <export-id>',
    description: 'intervals with far more or fewer rows than the same hours of past weeks, newest first',
    options: pageOptions(),
    ask: (api, [id], options: PageOptions) =>
      readPage(options, (query) =>
        answer(api.GET('/api/v1/exports/{id}/anomalies', { params: { path: { id }, query } })),
      ),
    text: ({ items }) =>
      table(
        ['INTERVAL END', 'KIND', 'ROWS', 'USUAL', 'RUN'],
        items.map((item) => [
          ...[item.interval_end, item.kind, item.rows, `${String(item.low)} .. ${String(item.high)}`, item.run_id],
        ]),
      ),
  });
}
