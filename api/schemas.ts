import { z } from 'zod';
import type { EventFilter } from '../core/filters.ts';
import { problemSchema } from './problem.ts';
import { propertyFilters } from './property-filter-schema.ts';

/** Pieces that several resources share. JSON field names are snake_case; times are RFC 3339 UTC. */

export const timestamp = z.iso.datetime();
export const idParams = z.object({ id: z.uuid() });

/** Every route may answer a problem. */
export const problems = { '4xx': problemSchema, '5xx': problemSchema };

const CONTROL_CHARACTER = /[\0-\x1f\x7f]/;

export const nameSchema = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .refine((text) => !CONTROL_CHARACTER.test(text), 'must not contain control characters')
  .describe('Shown in lists and in the Temporal UI.');

/** Names of events; an empty list is no restriction. */
export const eventNames = z
  .array(
    z
      .string()
      .min(1)
      .max(200)
      .refine((text) => !text.includes('\0'), 'must not contain NUL'),
  )
  .max(1_000);

export const filterSchema = z.strictObject({
  include_events: eventNames.optional().describe('Only these events.'),
  exclude_events: eventNames.optional().describe('Not these events; wins over include_events.'),
  properties: propertyFilters.optional(),
});

export function filterOf(body: z.output<typeof filterSchema>): EventFilter {
  return {
    ...(body.include_events ? { includeEvents: body.include_events } : {}),
    ...(body.exclude_events ? { excludeEvents: body.exclude_events } : {}),
    ...(body.properties ? { properties: body.properties } : {}),
  };
}

export function filterView(filter: EventFilter): z.output<typeof filterSchema> {
  return {
    ...(filter.includeEvents ? { include_events: filter.includeEvents } : {}),
    ...(filter.excludeEvents ? { exclude_events: filter.excludeEvents } : {}),
    ...(filter.properties ? { properties: filter.properties } : {}),
  };
}

/** The fields that every stored thing has. */
export const recordFields = {
  id: z.uuid(),
  version: z.number().int().describe('Grows with each change.'),
  created_at: timestamp,
  updated_at: timestamp,
};

export function recordView(record: { id: string; version: number; createdAt: Date; updatedAt: Date }): {
  id: string;
  version: number;
  created_at: string;
  updated_at: string;
} {
  return {
    id: record.id,
    version: record.version,
    created_at: record.createdAt.toISOString(),
    updated_at: record.updatedAt.toISOString(),
  };
}
