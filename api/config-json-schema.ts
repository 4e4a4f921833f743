import { z } from 'zod';
import type { Destination } from '../destinations/contract.ts';
import { sentName } from './config-case.ts';

/** A destination's config as JSON Schema in the API's names; what a form is made of. */
export function configJsonSchema(destination: Destination<unknown>): Record<string, unknown> {
  const {
    properties = {},
    required = [],
    ...rest
  } = z.toJSONSchema(destination.configSchema, {
    io: 'input',
    unrepresentable: 'any',
  });
  const secret = new Set(destination.secretFields);
  const fields = Object.entries(properties).map(([name, schema]) => [
    sentName(name),
    secret.has(name) ? { ...(schema as object), writeOnly: true } : schema,
  ]);
  return { ...rest, properties: Object.fromEntries(fields) as unknown, required: required.map(sentName) };
}
