import type { Span } from '../../parts/spans.ts';
import type { WebhookStats } from './queries.ts';

export type Point = WebhookStats['points'][number];

const SECONDS_PER_DAY = 86_400;
const MINUTE_MS = 60_000;

export interface ChartSpan extends Span {
  stepSeconds: number;
  refreshMs: number;
}

/** How charts show a span. */
export function chartSpan(span: Span): ChartSpan {
  if (span.days === 1) {
    return { ...span, stepSeconds: 1_800, refreshMs: MINUTE_MS / 2 };
  }
  return { ...span, stepSeconds: span.days <= 7 ? 10_800 : SECONDS_PER_DAY, refreshMs: 5 * MINUTE_MS };
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
