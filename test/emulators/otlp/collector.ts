import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A span as it came, its attributes as plain values, and the resource's beside them. */
export interface CollectedSpan {
  traceId: string;
  spanId: string;
  /** Empty at the root of a trace. */
  parentSpanId: string;
  name: string;
  /** 2: server, 3: client. */
  kind: number;
  /** 2: failed. */
  status: number;
  attributes: Record<string, unknown>;
  links: { traceId: string; spanId: string }[];
  service: unknown;
  durationMs: number;
}

export interface Collector {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  url: string;
  spans: CollectedSpan[];
  /** Bodies as they came. */
  bodies: string[];
  /** Of the last request. */
  headers: IncomingHttpHeaders;
  /** `hang`: takes requests and never answers. */
  mode: 'take' | 'refuse' | 'hang';
  close(): Promise<void>;
}

/** See the README for what it does not prove. */
export async function startCollector(): Promise<Collector> {
  const server = createServer((request, response) => {
    // A client that gives up cuts its connection.
    void receive(collector, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const collector: Collector = {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    spans: [],
    bodies: [],
    headers: {},
    mode: 'take',
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return collector;
}

async function receive(collector: Collector, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await text(request);
  collector.bodies.push(body);
  collector.headers = request.headers;
  if (collector.mode === 'hang') {
    return;
  }
  const fits = request.url === '/v1/traces' && request.headers['content-type'] === 'application/json';
  if (collector.mode === 'refuse' || !fits) {
    response.writeHead(400).end('refused');
    return;
  }
  collector.spans.push(...spansOf(JSON.parse(body) as Request));
  response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
}

interface Value {
  stringValue?: string;
  intValue?: number;
  doubleValue?: number;
  boolValue?: boolean;
  arrayValue?: { values: Value[] };
}
type KeyValues = { key: string; value: Value }[];

interface Request {
  resourceSpans: {
    resource: { attributes: KeyValues };
    scopeSpans: {
      spans: {
        traceId: string;
        spanId: string;
        parentSpanId?: string;
        name: string;
        kind: number;
        status: { code?: number };
        attributes: KeyValues;
        links: { traceId: string; spanId: string }[];
        startTimeUnixNano: string;
        endTimeUnixNano: string;
      }[];
    }[];
  }[];
}

function spansOf({ resourceSpans }: Request): CollectedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map(({ traceId, spanId, parentSpanId = '', name, kind, status, attributes, links, ...times }) => ({
        ...{ traceId, spanId, parentSpanId, name, kind },
        status: status.code ?? 0,
        attributes: plain(attributes),
        links: links.map((link) => ({ traceId: link.traceId, spanId: link.spanId })),
        service: plain(resource.attributes)['service.name'],
        durationMs: Number(BigInt(times.endTimeUnixNano) - BigInt(times.startTimeUnixNano)) / 1e6,
      })),
    ),
  );
}

function plain(attributes: KeyValues): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, valueOf(value)]));
}

function valueOf(value: Value): unknown {
  const { stringValue, intValue, doubleValue, boolValue, arrayValue } = value;
  return arrayValue?.values.map(valueOf) ?? stringValue ?? intValue ?? doubleValue ?? boolValue;
}
