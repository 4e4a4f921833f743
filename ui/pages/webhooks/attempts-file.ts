import { csv } from '../../parts/csv.ts';
import type { Attempt } from './queries.ts';

export type FileKind = 'csv' | 'json';

const COLUMNS = [
  ...['attempted_at', 'event_uuid', 'event_inserted_at', 'webhook_id', 'attempt', 'via', 'outcome', 'status_code'],
  ...['error_code', 'error_message', 'duration_ms', 'latency_ms', 'next_attempt_at', 'response_body'],
] as const;

/** Attempts as a file, newest first. JSON is as the API has them. */
export function attemptsFile(kind: FileKind, attempts: readonly Attempt[]): string {
  return kind === 'json' ? JSON.stringify(attempts, null, 2) : csv(COLUMNS, attempts.map(rowOf));
}

function rowOf(attempt: Attempt): (string | number | null)[] {
  const { error } = attempt;
  return [
    ...[attempt.attempted_at, attempt.event_uuid, attempt.event_inserted_at, attempt.webhook_id],
    ...[attempt.attempt, attempt.via, attempt.outcome, attempt.status_code],
    ...[error?.code ?? null, error?.message ?? null, attempt.duration_ms, attempt.latency_ms],
    ...[attempt.next_attempt_at, attempt.response_body],
  ];
}

interface PageOf<Row> {
  items: Row[];
  next_cursor: string | null;
}

/** The first `most` rows of a list with cursors; `more`: there are others. `progress` hears how many there are so far. */
export async function collect<Row>(
  read: (cursor: string | undefined) => Promise<PageOf<Row>>,
  { most, progress }: { most: number; progress: (count: number) => void },
): Promise<{ rows: Row[]; more: boolean }> {
  const rows: Row[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    rows.push(...page.items);
    progress(Math.min(rows.length, most));
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined && rows.length < most);
  return { rows: rows.slice(0, most), more: cursor !== undefined || rows.length > most };
}
