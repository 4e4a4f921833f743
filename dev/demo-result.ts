import type { ClickHouse } from '../clickhouse/client.ts';
import type { ApiCall } from './api-client.ts';
import { DEMO_EVENTS, type Demo } from './demo-objects.ts';

export interface DemoResult {
  ok: boolean;
  events: { sent: number; stored: number };
  exports: { destination: string; rows: number; files: number; bytes: number }[];
  webhooks: {
    name: string;
    /** Distinct events that the receiver itself has accepted. */
    matched: number;
    delivered: number;
    attempts: number;
    p50Ms: number | null;
    p99Ms: number | null;
  }[];
}

interface RunRow {
  status: string;
  rows: number;
  files: number;
  bytes: number;
}

/** Counts where each thing says it of itself: ClickHouse, the export runs, the receivers and the attempt log. */
export async function demoResult(api: ApiCall, clickhouse: ClickHouse, demo: Demo): Promise<DemoResult> {
  const [stored] = await clickhouse.rows<{ events: number }>({
    sql: 'SELECT uniqExact(uuid) AS events FROM event_log WHERE team_id = {team:UInt32}',
    params: { team: demo.teamId },
  });
  const matched = stored?.events ?? 0;
  const exports = await Promise.all(demo.exports.map((export_) => exportResult(api, export_)));
  const webhooks = await Promise.all(demo.webhooks.map((webhook) => webhookResult(api, webhook, matched)));
  return { ok: false, events: { sent: DEMO_EVENTS, stored: matched }, exports, webhooks };
}

async function exportResult(
  api: ApiCall,
  { id, destination }: Demo['exports'][number],
): Promise<DemoResult['exports'][number]> {
  const { items } = await api<{ items: RunRow[] }>('GET', `/exports/${id}/runs?limit=100`);
  const completed = items.filter((run) => run.status === 'completed');
  const sum = (of: (run: RunRow) => number): number => completed.reduce((total, run) => total + of(run), 0);
  return { destination, rows: sum((run) => run.rows), files: sum((run) => run.files), bytes: sum((run) => run.bytes) };
}

async function webhookResult(
  api: ApiCall,
  { id, name, secret, receiver }: Demo['webhooks'][number],
  matched: number,
): Promise<DemoResult['webhooks'][number]> {
  receiver.verifyAll(secret);
  const stats = await api<{ delivered: number; attempts: number; p50_ms: number | null; p99_ms: number | null }>(
    'GET',
    `/webhooks/${id}/stats`,
  );
  return {
    name,
    matched,
    delivered: Math.min(stats.delivered, new Set(receiver.deliveredIds()).size),
    attempts: stats.attempts,
    p50Ms: rounded(stats.p50_ms),
    p99Ms: rounded(stats.p99_ms),
  };
}

function rounded(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms);
}

export function allAgree({ events, exports, webhooks }: DemoResult): boolean {
  return (
    events.stored === events.sent &&
    exports.every(({ rows }) => rows === events.sent) &&
    webhooks.every(({ matched, delivered }) => matched === events.sent && delivered === events.sent)
  );
}

export function resultTable({ events, exports, webhooks }: DemoResult): string {
  return [
    `sent ${String(events.sent)}   stored ${String(events.stored)}`,
    '',
    row('export', 'rows', 'files', 'bytes'),
    ...exports.map(({ destination, rows, files, bytes }) => row(destination, rows, files, bytes)),
    '',
    row('webhook', 'matched', 'delivered', 'attempts', 'p50 ms', 'p99 ms'),
    ...webhooks.map((webhook) =>
      row(webhook.name, webhook.matched, webhook.delivered, webhook.attempts, webhook.p50Ms, webhook.p99Ms),
    ),
  ].join('\n');
}

function row(...cells: (string | number | null)[]): string {
  return cells.map((cell) => String(cell ?? '-').padEnd(12)).join('');
}
