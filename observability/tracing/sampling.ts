import { ROOT_CONTEXT, SpanKind } from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
  type Sampler,
} from '@opentelemetry/sdk-trace-base';
import type { TracingSettings } from '../../core/tracing-settings.ts';

export interface Sampling {
  sampler: Sampler;
  /** Asked again of what is sent. */
  keeps(traceId: string): boolean;
}

/**
 * What callers from outside say of their traces holds where they call, if the sampler is a parent-based one. A worker asks
 * the sampler again even if the parent is kept: its parents are workflows, whose sandbox knows no sampler and keeps
 * whatever begins there. By the trace id alone, so that all workers decide alike.
 */
export function samplingOf(settings: TracingSettings, { takesRequests }: { takesRequests: boolean }): Sampling {
  const root = rootOf(settings);
  return {
    sampler: settings.sampler.startsWith('parentbased_')
      ? new ParentBasedSampler({ root, ...(!takesRequests && { remoteParentSampled: root }) })
      : root,
    keeps: (traceId) =>
      takesRequests ||
      root.shouldSample(ROOT_CONTEXT, traceId, '', SpanKind.INTERNAL, {}, []).decision ===
        SamplingDecision.RECORD_AND_SAMPLED,
  };
}

function rootOf({ sampler, ratio }: TracingSettings): Sampler {
  switch (sampler) {
    case 'always_on':
    case 'parentbased_always_on':
      return new AlwaysOnSampler();
    case 'always_off':
    case 'parentbased_always_off':
      return new AlwaysOffSampler();
    case 'traceidratio':
    case 'parentbased_traceidratio':
      return new TraceIdRatioBasedSampler(ratio);
  }
}
