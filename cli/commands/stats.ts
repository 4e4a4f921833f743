import type { Command } from 'commander';
import { print, table } from '../output.ts';
import type { CommandContext } from '../register.ts';

interface Percentiles {
  count: number;
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

interface Stats {
  of: 'runs' | 'deliveries';
  from: string;
  to: string;
  reaches_back_to: string;
  complete: boolean;
  outcomes: Record<string, number>;
  open: number;
  success_rate: number | null;
  retries: Record<string, number>;
  latency_ms: Record<'queue' | 'run' | 'end_to_end', Percentiles | null>;
  histories_read: number;
}

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
      const query = new URLSearchParams({ ...(from !== undefined && { from }), ...(to !== undefined && { to }) });
      const stats = await api()<Stats>('GET', `/stats/${encodeURIComponent(id)}?${query.toString()}`);
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
