import type { WebhookStats } from './queries.ts';

export type Point = WebhookStats['points'][number];

const SECONDS_PER_DAY = 86_400;
const MINUTE_MS = 60_000;

export interface ChartSpan {
  value: string;
  label: string;
  days: number;
  stepSeconds: number;
  refreshMs: number;
}

/** As the address says them; the first is the default. The log of attempts keeps 30 days. */
export const CHART_SPANS: readonly [ChartSpan, ...ChartSpan[]] = [
  { value: '', label: '24 hours', days: 1, stepSeconds: 1_800, refreshMs: MINUTE_MS / 2 },
  { value: '7d', label: '7 days', days: 7, stepSeconds: 10_800, refreshMs: 5 * MINUTE_MS },
  { value: '30d', label: '30 days', days: 30, stepSeconds: SECONDS_PER_DAY, refreshMs: 5 * MINUTE_MS },
];

/** The span that an address names. */
export function chartSpan(value: string | null): ChartSpan {
  return CHART_SPANS.find((span) => span.value === value) ?? CHART_SPANS[0];
}

/** Days are those of UTC; shorter steps are told in the zone of the person. */
export function zoneOf({ stepSeconds }: ChartSpan): { zone?: string } {
  return stepSeconds === SECONDS_PER_DAY ? { zone: 'UTC' } : {};
}

/** Where a span that ends at `now` begins: with a step, so that no step is cut. */
export function beginOf({ days, stepSeconds }: ChartSpan, now: number): Date {
  const stepMs = stepSeconds * 1_000;
  return new Date((Math.floor(now / stepMs) + 1) * stepMs - days * SECONDS_PER_DAY * 1_000);
}

/** Every step of the span, oldest first: the API leaves out those without attempts, which a chart has to show. */
export function everyStep(points: readonly Point[], span: ChartSpan, now: number): Point[] {
  const stepMs = span.stepSeconds * 1_000;
  const known = new Map(points.map((point) => [Date.parse(point.at), point]));
  const begin = beginOf(span, now).getTime();
  return Array.from({ length: (span.days * SECONDS_PER_DAY) / span.stepSeconds }, (_, index) => {
    const at = begin + index * stepMs;
    return known.get(at) ?? nothingAt(at);
  });
}

function nothingAt(at: number): Point {
  return {
    at: new Date(at).toISOString(),
    ...{ attempts: 0, delivered: 0, discarded: 0, retries: 0, success_rate: 0 },
    ...{ p50_ms: null, p95_ms: null, p99_ms: null },
  };
}
