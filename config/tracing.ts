import { z } from 'zod';
import { SAMPLERS, type TracingSettings } from '../core/tracing-settings.ts';
import { info } from './info.ts';
import { url } from './values.ts';

const TRACING = 'Traces, by the variables of OpenTelemetry: docs/tracing.md';

/** `name=value,name=value`, values percent-encoded, as OpenTelemetry says. Undefined when it is something else. */
function parsePairs(text: string): Record<string, string> | undefined {
  try {
    const items = text.split(',').filter((item) => item.trim() !== '');
    const parsed = items.map((item) => /^\s*([^\s=]+)\s*=(.*)$/s.exec(item) ?? []);
    const named = parsed.map(([, name = '', value = '']) => [name, decodeURIComponent(value.trim())] as const);
    return named.every(([name]) => name !== '') ? Object.fromEntries(named) : undefined;
  } catch {
    return undefined;
  }
}

const pairs = z
  .string()
  .refine((text) => parsePairs(text) !== undefined, 'must be name=value,name=value with percent-encoded values')
  .transform((text) => parsePairs(text) ?? {});

const RATIO = 'must be a number from 0 to 1';
const ratio = z
  .string()
  .regex(/^\d*\.?\d+$/, RATIO)
  .transform(Number)
  .refine((value) => value <= 1, RATIO);

export const tracingFields = {
  OTEL_EXPORTER_OTLP_ENDPOINT: url(['http:', 'https:'])
    .optional()
    .meta(info(TRACING, 'Collector that takes OTLP over HTTP as JSON; unset: no traces.', 'http://127.0.0.1:4318')),
  OTEL_EXPORTER_OTLP_HEADERS: pairs
    .optional()
    .meta(info(TRACING, 'Headers for the collector: name=value,…, percent-encoded.', 'authorization=Bearer%20token')),
  OTEL_SERVICE_NAME: z
    .string()
    .optional()
    .meta(info(TRACING, 'Name of the service; unset: sluice-server and sluice-worker.', 'sluice')),
  OTEL_RESOURCE_ATTRIBUTES: pairs
    .optional()
    .meta(info(TRACING, 'What else is said of the process: name=value,…', 'deployment.environment=production')),
  OTEL_TRACES_SAMPLER: z
    .enum(SAMPLERS, `must be one of ${SAMPLERS.join(', ')}`)
    .default('parentbased_always_on')
    .meta(info(TRACING, `Which traces are kept, one of ${SAMPLERS.join(', ')}.`)),
  OTEL_TRACES_SAMPLER_ARG: ratio
    .default(1)
    .meta(info(TRACING, 'The part that the two of traceidratio keep, from 0 to 1.')),
};

type TracingEnv = z.output<z.ZodObject<typeof tracingFields>>;

/** Undefined: no traces. */
export function tracingOf(env: TracingEnv): TracingSettings | undefined {
  const endpoint = env.OTEL_EXPORTER_OTLP_ENDPOINT;
  return endpoint === undefined
    ? undefined
    : {
        endpoint,
        headers: env.OTEL_EXPORTER_OTLP_HEADERS ?? {},
        serviceName: env.OTEL_SERVICE_NAME,
        resource: env.OTEL_RESOURCE_ATTRIBUTES ?? {},
        sampler: env.OTEL_TRACES_SAMPLER,
        ratio: env.OTEL_TRACES_SAMPLER_ARG,
      };
}
