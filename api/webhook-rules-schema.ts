import { z } from 'zod';
import { toCamelCase, toSnakeCase } from './config-case.ts';

/** Settings of a webhook beyond names and properties: what it gets of what it matches, and how it is judged. */

const sampleSchema = z
  .strictObject({
    percent: z.number().min(0.0001).max(100).describe('Share of the matching events.'),
    by: z
      .enum(['person', 'event'])
      .default('person')
      .describe('person: a person is wholly in or out. event: each event for itself.'),
  })
  .describe('Only a share of the events, always the same one. A larger share holds the smaller ones.');

const healthThresholdsSchema = z
  .strictObject({
    failure_rate: z.number().min(0.05).max(1).optional().describe('Share of attempts that fail; default 0.5.'),
    min_sample: z
      .int()
      .min(1)
      .max(10_000)
      .optional()
      .describe('Below so many attempts a rate says nothing; default 10.'),
    consecutive_failures: z.int().min(1).max(10_000).optional().describe('Failures in a row; default 10.'),
    failing_seconds: z.int().min(1).max(86_400).optional().describe('For at least so long; default 60.'),
  })
  .describe('When the webhook is paused because its endpoint fails: when all of these hold.');

const fields = { sample: sampleSchema, health_thresholds: healthThresholdsSchema };

export const ruleFields = {
  sample: fields.sample.optional(),
  health_thresholds: fields.health_thresholds.optional(),
};

/** Absent: stays. null: removed. */
export const rulePatch = {
  sample: fields.sample.nullable().optional(),
  health_thresholds: fields.health_thresholds.nullable().optional(),
};

export const ruleViews = {
  sample: fields.sample.nullable(),
  health_thresholds: fields.health_thresholds.nullable(),
};

type Rules = z.output<z.ZodObject<typeof rulePatch>>;
type RulesView = z.output<z.ZodObject<typeof ruleViews>>;

/** As they are stored. */
export function storedRules({ sample, health_thresholds: thresholds }: Rules): Record<string, unknown> {
  return { sample, healthThresholds: thresholds && toCamelCase(thresholds) };
}

export function rulesView(config: Record<string, unknown>): RulesView {
  const { sample, healthThresholds } = config as { sample?: RulesView['sample']; healthThresholds?: Stored };
  return { sample: sample ?? null, health_thresholds: healthThresholds ? toSnakeCase(healthThresholds) : null };
}

type Stored = Record<string, unknown>;
