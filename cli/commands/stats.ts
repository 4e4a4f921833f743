import type { Command } from 'commander';
import { answer, type AnswerOf } from '../api.ts';
import { defined } from '../defined.ts';
import { print, table } from '../output.ts';
import type { CommandContext } from '../register.ts';

type Stats = AnswerOf<'getStatsById'>;

interface Options {
  fromHistory: boolean;
  from?: string;
  to?: string;
  json?: boolean;
}

/** `sluice stats` */
export function statsCommand(program: Command, { api }: CommandContext): void {
  program
    .command('stats')
    .description("success rate, retries and latency of a destination or webhook, from Temporal's history")
    .argument('<id>', 'of a destination or a webhook')
    .requiredOption('--from-history', "the source: Temporal's visibility and history alone")
    .option('--from <time>', 'RFC 3339; default: a day before --to')
    .option('--to <time>', 'RFC 3339; default: now')
    .option('--json', 'print one JSON object')
    .action(async (id: string, { from, to, json }: Options) => {
      const params = { path: { id }, query: defined({ from, to }) };
      const stats = await answer(api().GET('/api/v1/stats/{id}', { params }));
      print(json, stats, statsText(stats));
    });
}

function statsText(stats: Stats): string {
  const rate = stats.success_rate === null ? 'none ended' : `${(100 * stats.success_rate).toFixed(2)} % succeeded`;
  const reach = stats.complete ? '' : ` (Temporal's history begins ${stats.reaches_back_to})`;
  const counts = (of: Record<string, number>): (string | number)[][] => Object.entries(of);
  const latency = Object.entries(stats.latency_ms).map(([name, seen]) =>
    seen === null ? [name, null, null, null, null] : [name, seen.p50, seen.p95, seen.p99, seen.max],
  );
  return [
    `${stats.of} from ${stats.from} to ${stats.to}${reach}: ${rate}, ${String(stats.open)} open`,
    table(['outcome', 'count'], counts(stats.outcomes)),
    table(['retries', 'count'], counts(stats.retries)),
    table(['latency (ms)', 'p50', 'p95', 'p99', 'max'], latency),
  ].join('\n\n');
}
