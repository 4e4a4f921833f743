/**
 * What code that is traced sees of tracing. Nothing here imports a package of OpenTelemetry: those are loaded by
 * `startTracing`, and only where traces are asked for.
 */

/**
 * Every attribute that a span of ours may have: ids, counts, milliseconds and codes. No text that a user wrote and no URL;
 * what is not named here, or in `tracing/safe-exporter.ts`, never leaves the process.
 */
export const ATTRIBUTES = [
  'http.request.method',
  /** The route's template. */
  'http.route',
  'http.response.status_code',
  'error.type',
  'sluice.events',
  'sluice.event_uuid',
  'sluice.event_uuids',
  'sluice.destination.id',
  'sluice.destination.kind',
  'sluice.export.id',
  'sluice.run.id',
  'sluice.run.generation',
  'sluice.rows',
  'sluice.bytes',
  'sluice.attempt',
  'sluice.attempt.via',
  'sluice.attempt.class',
  'sluice.http.dns_ms',
  'sluice.http.connect_ms',
  'sluice.http.tls_ms',
  'sluice.http.first_byte_ms',
  'sluice.http.total_ms',
] as const;

export type Attributes = {
  readonly [Name in (typeof ATTRIBUTES)[number]]?: string | number | boolean | string[] | undefined;
};

/** A span by its ids, to be linked from others. */
export interface SpanMark {
  traceId: string;
  spanId: string;
  traceFlags: number;
}

export interface SpanOptions {
  attributes?: Attributes;
  /** The span is a call of something outside. */
  outbound?: true;
  /** Begins a trace of its own, whatever span is open. */
  apart?: true;
  /** What caused it, beside the span that is open. */
  causes?: readonly SpanMark[];
}

export interface OpenSpan {
  set(attributes: Attributes): void;
  /** Marks it as failed, with a code. What `work` throws marks it by itself. */
  fail(code: string): void;
}

export interface Tracing {
  /** False: attributes that cost something need not be made. */
  readonly on: boolean;
  /** Does the work within a span, which ends with it. Rejects with what the work rejects with. */
  span<T>(name: string, options: SpanOptions, work: (span: OpenSpan) => Promise<T>): Promise<T>;
  /** Says something of the span that is open, if there is one. */
  annotate(attributes: Attributes): void;
  /** Spans that the work opens belong to traces of their own. */
  apart<T>(work: () => T): T;
  /** The span that is open. */
  mark(): SpanMark | undefined;
}

const NO_SPAN: OpenSpan = { set: () => undefined, fail: () => undefined };

export const NO_TRACING: Tracing = {
  on: false,
  span: (_name, _options, work) => work(NO_SPAN),
  annotate: () => undefined,
  apart: (work) => work(),
  mark: () => undefined,
};
