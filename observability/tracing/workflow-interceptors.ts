import { TRACE_HEADER } from '@temporalio/interceptors-opentelemetry/lib/instrumentation.js';
import { interceptors as openTelemetry } from '@temporalio/interceptors-opentelemetry/lib/workflow-interceptors.js';
import type { WorkflowInterceptors, WorkflowOutboundCallsInterceptor } from '@temporalio/workflow';

/** A workflow that continues as new begins another trace: those that live for years would be one that never ends. */
const newTrace: WorkflowOutboundCallsInterceptor = {
  continueAsNew: ({ headers, ...input }, next) => {
    const { [TRACE_HEADER]: _trace, ...others } = headers;
    return next({ ...input, headers: others });
  },
};

/** Runs in the sandbox of the workflows, and only in the bundle that workers with tracing take. */
export const interceptors = (): WorkflowInterceptors => {
  const { outbound = [], ...others } = openTelemetry();
  return { ...others, outbound: [...outbound, newTrace] };
};
