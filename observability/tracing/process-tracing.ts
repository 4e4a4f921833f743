import { fileURLToPath } from 'node:url';
import { context, propagation, type Tracer } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { setGlobalErrorHandler, W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { Resource } from '@opentelemetry/resources';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import {
  makeWorkflowExporter,
  OpenTelemetryActivityInboundInterceptor,
  OpenTelemetryWorkflowClientInterceptor,
} from '@temporalio/interceptors-opentelemetry';
import type { TracingSettings } from '../../core/tracing-settings.ts';
import type { ProcessTracing, TracedProcess } from '../tracing.ts';
import { oncePerMinute } from './once-per-minute.ts';
import { traceRequests } from './requests.ts';
import { SafeExporter } from './safe-exporter.ts';
import { samplingOf } from './sampling.ts';
import { spansOf } from './spans-of.ts';

/** Of one request to the collector. Spans beyond the queue are dropped meanwhile, so that memory stays bounded. */
const EXPORT_TIMEOUT_MS = 5_000;
/** Of a stopping process, for its last spans. */
const FLUSH_MS = 3_000;
const WORKFLOW_INTERCEPTORS = fileURLToPath(new URL('./workflow-interceptors.ts', import.meta.url));

/** The official SDK. Of the environment it reads by itself its limits (`OTEL_BSP_…`, `OTEL_SPAN_…`) and its compression. */
export function createTracing(settings: TracingSettings, process: TracedProcess): ProcessTracing {
  const { sampler, keeps } = samplingOf(settings, process);
  const resource = new Resource({ ...settings.resource, 'service.name': settings.serviceName ?? process.service });
  const processor = new BatchSpanProcessor(new SafeExporter(exporterOf(settings), keeps));
  const provider = new BasicTracerProvider({ sampler, resource, spanProcessors: [processor] });
  const complain = oncePerMinute((fault, quiet) => {
    process.logger.warn({ reason: reasonOf(fault), quiet }, 'traces could not be exported; work goes on without them');
  });
  setGlobalErrorHandler(complain);
  // Global because Temporal's interceptors ask the API for them; the tracer is not, so that no package adds its own spans.
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  const tracer = provider.getTracer('sluice');
  return {
    ...spansOf(tracer),
    traceRequests: (app) => traceRequests(app, tracer),
    clientInterceptors: [new OpenTelemetryWorkflowClientInterceptor({ tracer })],
    worker: { ...activityInterceptors(tracer), sinks: { exporter: makeWorkflowExporter(processor, resource) } },
    workflowModules: [WORKFLOW_INTERCEPTORS],
    stop: () => within(FLUSH_MS, provider.shutdown().catch(complain)),
  };
}

function exporterOf({ endpoint, headers }: TracingSettings): OTLPTraceExporter {
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
  return new OTLPTraceExporter({ url, headers: { ...headers }, timeoutMillis: EXPORT_TIMEOUT_MS });
}

function activityInterceptors(tracer: Tracer): Pick<ProcessTracing['worker'], 'interceptors'> {
  return {
    interceptors: { activity: [(ctx) => ({ inbound: new OpenTelemetryActivityInboundInterceptor(ctx, { tracer }) })] },
  };
}

function reasonOf(fault: unknown): string {
  const { code, message } = Object(fault) as { code?: string | number; message?: string };
  return [code, message].filter((part) => part !== undefined && part !== '').join(': ');
}

async function within(limitMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
