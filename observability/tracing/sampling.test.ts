import { describe, expect, test } from '@jest/globals';
import { ROOT_CONTEXT, SpanKind, trace, TraceFlags } from '@opentelemetry/api';
import { SamplingDecision } from '@opentelemetry/sdk-trace-base';
import type { TracingSettings } from '../../core/tracing-settings.ts';
import { samplingOf } from './sampling.ts';

/** Of the two halves into which 0.5 divides ids: their four words are combined, and low ones kept. */
const LOW = `${'0'.repeat(31)}1`;
const HIGH = `${'0'.repeat(24)}ffffffff`;

function decisions(sampler: TracingSettings['sampler'], takesRequests: boolean) {
  const settings = { endpoint: '', headers: {}, serviceName: undefined, resource: {}, ratio: 0.5, sampler };
  const sampling = samplingOf(settings, { takesRequests });
  const keeps = (traceId: string, parent?: boolean): boolean => {
    const traceFlags = parent === true ? TraceFlags.SAMPLED : TraceFlags.NONE;
    const remote = { traceId, spanId: '00f067aa0ba902b7', traceFlags, isRemote: true };
    const context = parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, remote);
    const { decision } = sampling.sampler.shouldSample(context, traceId, 'x', SpanKind.INTERNAL, {}, []);
    return decision === SamplingDecision.RECORD_AND_SAMPLED;
  };
  return { keeps, sent: (traceId: string) => sampling.keeps(traceId) };
}

describe('in a server', () => {
  test.each([
    // What begins here, low and high; under a parent that is kept (high), and one that is not (low).
    ['always_on', [true, true, true, true]],
    ['always_off', [false, false, false, false]],
    ['traceidratio', [true, false, false, true]],
    ['parentbased_always_on', [true, true, true, false]],
    ['parentbased_always_off', [false, false, true, false]],
    ['parentbased_traceidratio', [true, false, true, false]],
  ] as const)('%s', (sampler, expected) => {
    const { keeps, sent } = decisions(sampler, true);
    expect([keeps(LOW), keeps(HIGH), keeps(HIGH, true), keeps(LOW, false)]).toEqual(expected);
    expect([sent(LOW), sent(HIGH)]).toEqual([true, true]);
  });
});

describe('in a worker, whose parents are workflows that keep everything', () => {
  test.each([
    // Under a parent that is kept, low and high; under one that is not.
    ['always_on', [true, true, true]],
    ['always_off', [false, false, false]],
    ['traceidratio', [true, false, true]],
    ['parentbased_always_on', [true, true, false]],
    ['parentbased_always_off', [false, false, false]],
    ['parentbased_traceidratio', [true, false, false]],
  ] as const)('%s', (sampler, expected) => {
    const { keeps, sent } = decisions(sampler, false);
    expect([keeps(LOW, true), keeps(HIGH, true), keeps(LOW, false)]).toEqual(expected);
    // Spans of the workflows themselves.
    expect([sent(LOW), sent(HIGH)]).toEqual([expected[0], expected[1]]);
  });
});
