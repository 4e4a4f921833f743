import type { OpenTelemetryWorkflowClientInterceptor } from '@temporalio/interceptors-opentelemetry';
import type { WorkerOptions } from '@temporalio/worker';
import type { FastifyInstance } from 'fastify';
import type { TracingSettings } from '../core/tracing-settings.ts';
import type { Logger } from './logger.ts';
import { NO_TRACING, type Tracing } from './spans.ts';

export interface TracedProcess {
  /** Its name, where the settings have none. */
  service: string;
  /** It is called from outside, by whoever traces too. */
  takesRequests: boolean;
  logger: Logger;
}

/** Tracing as the composition roots see it: what they hand to the parts of a process. */
export interface ProcessTracing extends Tracing {
  /** A span for each request of the server. Called before its routes are registered. */
  traceRequests(app: FastifyInstance): void;
  /** For clients of Temporal. */
  clientInterceptors: OpenTelemetryWorkflowClientInterceptor[];
  /** For every worker of Temporal. */
  worker: Pick<WorkerOptions, 'interceptors' | 'sinks'>;
  /** Bundled with the workflows; none: the bundle without tracing is the one to take. */
  workflowModules: string[];
  /** Sends what is left, for at most three seconds. Never rejects. */
  stop(): Promise<void>;
}

const OFF: ProcessTracing = {
  ...NO_TRACING,
  traceRequests: () => undefined,
  clientInterceptors: [],
  worker: {},
  workflowModules: [],
  stop: () => Promise.resolve(),
};

/** Without settings nothing is traced, and no package of OpenTelemetry is loaded. */
export async function startTracing(
  settings: TracingSettings | undefined,
  process: TracedProcess,
): Promise<ProcessTracing> {
  if (settings === undefined) {
    return OFF;
  }
  // eslint-disable-next-line no-restricted-syntax -- what nobody has asked for is not loaded
  const { createTracing } = await import('./tracing/process-tracing.ts');
  return createTracing(settings, process);
}
