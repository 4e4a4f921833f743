export interface Span {
  /** As the address says it; empty: the default. */
  value: string;
  label: string;
  days: number;
}

/** The times that charts and figures show. Logs, and Temporal's history where `sluice setup` has its way, go back 30 days. */
export const SPANS = [
  { value: '', label: '24 hours', days: 1 },
  { value: '7d', label: '7 days', days: 7 },
  { value: '30d', label: '30 days', days: 30 },
] as const satisfies readonly Span[];

/** The span that an address names. */
export function spanOf(value: string | null): Span {
  return SPANS.find((span) => span.value === value) ?? SPANS[0];
}

const DAY_MS = 86_400_000;

/** Where a span that ends at `now` begins. */
export function spanFrom({ days }: Span, now: number): string {
  return new Date(now - days * DAY_MS).toISOString();
}
