import { context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Span, type Tracer } from '@opentelemetry/api';
import type { OpenSpan, SpanOptions, Tracing } from '../spans.ts';

/** `Tracing` over a tracer. Attributes without a value are left out. */
export function spansOf(tracer: Tracer): Tracing {
  return {
    on: true,
    span: (name, options, work) => {
      const parent = options.apart === true ? ROOT_CONTEXT : context.active();
      const span = tracer.startSpan(name, startOf(options), parent);
      return context.with(trace.setSpan(parent, span), () => during(span, work));
    },
    annotate: (attributes) => void trace.getActiveSpan()?.setAttributes(attributes),
    apart: (work) => context.with(ROOT_CONTEXT, work),
    mark: () => trace.getActiveSpan()?.spanContext(),
  };
}

function startOf({ attributes = {}, outbound, causes = [] }: SpanOptions): Parameters<Tracer['startSpan']>[1] {
  return {
    kind: outbound === true ? SpanKind.CLIENT : SpanKind.INTERNAL,
    attributes,
    links: causes.map((mark) => ({ context: mark })),
  };
}

async function during<T>(span: Span, work: (span: OpenSpan) => Promise<T>): Promise<T> {
  const fail = (code: string): void => {
    span.setStatus({ code: SpanStatusCode.ERROR });
    span.setAttribute('error.type', code);
  };
  try {
    return await work({ set: (attributes) => void span.setAttributes(attributes), fail });
  } catch (error) {
    fail(codeOf(error));
    throw error;
  } finally {
    span.end();
  }
}

/** Its code, or its class; never the message, which may quote what a user has entered. */
function codeOf(error: unknown): string {
  const { code, type, name } = Object(error) as Record<string, unknown>;
  return [code, type, name].find((text) => typeof text === 'string') ?? 'unknown';
}
