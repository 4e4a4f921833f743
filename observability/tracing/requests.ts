import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Asked every few seconds by whatever watches the process. */
const UNTRACED = new Set(['/healthz', '/readyz']);

/**
 * A span for each request, by route template and status: never a body, a header or a query. A caller's `traceparent` is
 * its parent; a `tracestate`, which is free text, is not taken.
 */
export function traceRequests(app: FastifyInstance, tracer: Tracer): void {
  const open = new WeakMap<FastifyRequest, Context>();
  app.addHook('onRequest', (request, _reply, done) => {
    if (UNTRACED.has(request.routeOptions.url ?? '')) {
      done();
      return;
    }
    const within = beginRequest(request, tracer);
    open.set(request, within);
    context.with(within, () => done());
  });
  // A body is read in the context of its connection.
  app.addHook('preValidation', (request, _reply, done) => {
    context.with(open.get(request) ?? ROOT_CONTEXT, () => done());
  });
  app.addHook('onResponse', (request, reply, done) => {
    const span = trace.getSpan(open.get(request) ?? ROOT_CONTEXT);
    if (span !== undefined) {
      endRequest(span, reply.statusCode);
    }
    done();
  });
}

function beginRequest({ method, routeOptions, headers }: FastifyRequest, tracer: Tracer): Context {
  const parent = propagation.extract(ROOT_CONTEXT, { traceparent: headers['traceparent'] });
  const route = routeOptions.url;
  const attributes = { 'http.request.method': method, 'http.route': route };
  const name = route === undefined ? method : `${method} ${route}`;
  return trace.setSpan(parent, tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parent));
}

function endRequest(span: Span, status: number): void {
  span.setAttribute('http.response.status_code', status);
  if (status >= 500) {
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}
