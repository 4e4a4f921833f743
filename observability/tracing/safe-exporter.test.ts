import { expect, test } from '@jest/globals';
import { SpanStatusCode } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import fc from 'fast-check';
import { ATTRIBUTES } from '../spans.ts';
import { SafeExporter } from './safe-exporter.ts';

const memory = new InMemorySpanExporter();
let kept: (traceId: string) => boolean = () => true;
const exporter = new SafeExporter(memory, (traceId) => kept(traceId));
const tracer = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).getTracer('test');

test('attributes that are not named, texts of errors and what is too long stay here', () => {
  const span = tracer.startSpan('load', { attributes: { 'sluice.rows': 3, password: 'canary', memo: 'canary' } });
  span.setAttributes({
    'sluice.run.id': 'x'.repeat(1_000),
    'sluice.event_uuids': Array(200).fill('u'),
    taskQueue: 'q',
  });
  span.recordException(Object.assign(new Error('canary'), { code: 's3_bucket_missing' }));
  span.addEvent('canary', { canary: 'canary' });
  span.setStatus({ code: SpanStatusCode.ERROR, message: 'canary' });
  span.end();
  const [sent] = memory.getFinishedSpans();
  expect(sent?.attributes).toEqual({
    ...{ 'sluice.rows': 3, 'sluice.run.id': 'x'.repeat(256), 'sluice.event_uuids': Array(100).fill('u') },
    ...{ taskQueue: 'q', 'error.type': 's3_bucket_missing' },
  });
  expect([sent?.status, sent?.events, sent?.name]).toEqual([{ code: SpanStatusCode.ERROR }, [], 'load']);
  expect(JSON.stringify([sent?.attributes, sent?.status, sent?.events, sent?.links])).not.toContain('canary');
});

test('whatever attributes a span has, only named ones leave', () => {
  const name = fc.oneof(
    fc.string(),
    fc.constantFrom(...ATTRIBUTES, 'temporalTerminateReason', 'memo', 'searchAttributes'),
  );
  fc.assert(
    fc.property(fc.dictionary(name, fc.oneof(fc.string(), fc.integer(), fc.boolean())), (attributes) => {
      memory.reset();
      tracer.startSpan('any', { attributes }).end();
      const left = Object.keys(memory.getFinishedSpans()[0]?.attributes ?? {});
      expect(left.filter((key) => !(ATTRIBUTES as readonly string[]).includes(key) && key !== 'taskQueue')).toEqual([]);
      const named = ATTRIBUTES.filter((key) => Object.hasOwn(attributes, key));
      expect(named.every((key) => left.includes(key))).toBe(true);
    }),
    { numRuns: 50 },
  );
});

test('traces that are not to be kept are not sent, and that is no fault', () => {
  memory.reset();
  kept = () => false;
  tracer.startSpan('unkept').end();
  expect(memory.getFinishedSpans()).toEqual([]);
  kept = () => true;
  tracer.startSpan('kept').end();
  expect(memory.getFinishedSpans().map((span) => span.name)).toEqual(['kept']);
});
