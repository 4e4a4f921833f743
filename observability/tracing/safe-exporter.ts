import type { Attributes, AttributeValue, SpanContext } from '@opentelemetry/api';
import { ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base';
import { ATTRIBUTES } from '../spans.ts';

/** What Temporal's interceptors say: ids and names of ours. They would add memos, search attributes and reasons, too. */
const OF_TEMPORAL = ['temporalWorkflowId', 'temporalActivityId', 'run_id', 'workflowId', 'workflowType', 'taskQueue'];
const ALLOWED: ReadonlySet<string> = new Set([...ATTRIBUTES, ...OF_TEMPORAL]);

/** Above every id and code. */
const MAX_CHARS = 256;
/** Uuids of a batch's events. */
const MAX_ITEMS = 100;

/**
 * The one way out for spans. Only attributes that are named leave the process; of an exception its type alone, because a
 * message may quote what a user entered, a vendor's answer or an address.
 */
export class SafeExporter implements SpanExporter {
  readonly #exporter: SpanExporter;
  readonly #keeps: (traceId: string) => boolean;

  /** `keeps` is asked again here for spans of workflows, whose sandbox knows no sampler. */
  constructor(exporter: SpanExporter, keeps: (traceId: string) => boolean) {
    this.#exporter = exporter;
    this.#keeps = keeps;
  }

  export(spans: ReadableSpan[], done: Parameters<SpanExporter['export']>[1]): void {
    const kept = spans.filter((span) => this.#keeps(span.spanContext().traceId));
    if (kept.length === 0) {
      done({ code: ExportResultCode.SUCCESS });
    } else {
      this.#exporter.export(kept.map(safeSpan), done);
    }
  }

  shutdown(): Promise<void> {
    return this.#exporter.shutdown();
  }
}

export function safeSpan(span: ReadableSpan): ReadableSpan {
  const ids = idsOf(span.spanContext());
  const { name, kind, startTime, endTime, duration, ended, resource, instrumentationLibrary } = span;
  const { droppedAttributesCount, droppedEventsCount, droppedLinksCount } = span;
  return {
    ...{ name, kind, startTime, endTime, duration, ended, resource, instrumentationLibrary },
    ...{ droppedAttributesCount, droppedEventsCount, droppedLinksCount },
    ...(span.parentSpanId !== undefined && { parentSpanId: span.parentSpanId }),
    spanContext: () => ids,
    status: { code: span.status.code },
    attributes: { ...exceptionOf(span), ...safeAttributes(span.attributes) },
    links: span.links.map(({ context }) => ({ context: idsOf(context) })),
    events: [],
  };
}

/** Without the `tracestate`, which callers write. */
function idsOf({ traceId, spanId, traceFlags }: SpanContext): SpanContext {
  return { traceId, spanId, traceFlags };
}

function safeAttributes(attributes: Attributes): Attributes {
  const named = Object.entries(attributes).filter(([name]) => ALLOWED.has(name));
  return Object.fromEntries(named.map(([name, value]) => [name, safeValue(value)]));
}

function safeValue(value: AttributeValue | undefined): AttributeValue | undefined {
  if (Array.isArray(value)) {
    return (value as unknown[]).slice(0, MAX_ITEMS).map((item) => String(item).slice(0, MAX_CHARS));
  }
  return typeof value === 'string' ? value.slice(0, MAX_CHARS) : value;
}

function exceptionOf({ events }: ReadableSpan): Attributes {
  const type = events.find(({ name }) => name === 'exception')?.attributes?.['exception.type'];
  return typeof type === 'string' ? { 'error.type': type } : {};
}
