import type { Attempt } from './queries.ts';

export const OUTCOMES = [
  'delivered',
  'retry_scheduled',
  'parked',
  'failed_attempt',
  'discarded',
  'masked',
] as const satisfies Attempt['outcome'][];

const DAY_MS = 86_400_000;
/** As the address says it; the API searches seven days unless told. */
export const SPANS = [
  { value: 'hour', label: 'the last hour' },
  { value: 'day', label: 'the last 24 hours' },
  { value: '', label: 'the last 7 days' },
  { value: 'month', label: 'the last 30 days' },
];
const SPAN_MS: Readonly<Record<string, number>> = {
  hour: DAY_MS / 24,
  day: DAY_MS,
  '': 7 * DAY_MS,
  month: 30 * DAY_MS,
};

/** What an empty list is told of: nothing at all, or nothing of a time. */
export function spanLabel(spanMs: number): string {
  return SPANS.find(({ value }) => SPAN_MS[value] === spanMs)?.label ?? 'that time';
}

export interface AttemptFilter {
  outcome?: Attempt['outcome'];
  event_uuid?: string;
  search?: string;
  /** How far back. */
  spanMs?: number;
}

/** As the API is asked, now. */
export function attemptQuery({ spanMs, ...exact }: AttemptFilter): Omit<AttemptFilter, 'spanMs'> & { from?: string } {
  return { ...exact, ...(spanMs === undefined ? {} : { from: new Date(Date.now() - spanMs).toISOString() }) };
}

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** What the fields of the address mean; a whole uuid is looked up, which is quicker than a search. */
export function filterOf(of: {
  search?: string | null;
  outcome?: string | null;
  since?: string | null;
}): AttemptFilter {
  const outcome = OUTCOMES.find((name) => name === of.outcome);
  const search = (of.search ?? '').trim();
  const spanMs = SPAN_MS[of.since ?? ''] ?? SPAN_MS[''];
  return {
    ...(spanMs === undefined ? {} : { spanMs }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(search === '' ? {} : UUID.test(search) ? { event_uuid: search } : { search }),
  };
}
