import type { Schema } from '../types.ts';
import { NAMED_VALUES } from './named-values.ts';

type Schemas = Readonly<Record<string, Schema>>;

/** Trees such as property filters hold themselves: below, only what must be there is shown. */
const MAX_DEPTH = 8;

interface Place {
  schemas: Schemas;
  depth: number;
  /** Of the property that holds the value; empty for a whole body. */
  name: string;
}

/** A value that the schema takes, made of its own examples and of what fields of such a name usually hold. */
export function exampleOf(schema: Schema, schemas: Schemas): unknown {
  return valueOf(schema, { schemas, depth: 0, name: '' });
}

function valueOf(schema: Schema, place: Place): unknown {
  if (schema.$ref !== undefined) {
    return valueOf(place.schemas[schema.$ref.slice('#/components/schemas/'.length)] ?? {}, deeper(place));
  }
  const given = schema.examples?.[0] ?? schema.const ?? schema.enum?.[0] ?? named(schema, place.name);
  if (given !== undefined) {
    return given;
  }
  const variants = schema.anyOf ?? schema.oneOf;
  if (variants) {
    return valueOf(chosen(variants, place), place);
  }
  return schema.allOf ? mergedOf(schema.allOf, place) : plainValue(schema, place);
}

function deeper(place: Place, name = place.name): Place {
  return { ...place, depth: place.depth + 1, name };
}

/** The first that is not null; null where it goes too deep. */
function chosen(variants: readonly Schema[], { depth }: Place): Schema {
  const nothing = variants.find(({ type }) => type === 'null');
  return depth >= MAX_DEPTH && nothing ? nothing : (variants.find(({ type }) => type !== 'null') ?? {});
}

function mergedOf(parts: readonly Schema[], place: Place): unknown {
  return Object.assign({}, ...parts.map((part) => valueOf(part, place) as object));
}

function plainValue(schema: Schema, place: Place): unknown {
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case 'object':
      return objectOf(schema, place);
    case 'array':
      return arrayOf(schema, place);
    case 'string':
      return stringOf(schema, place.name);
    case 'integer':
    case 'number':
      return numberOf(schema);
    case 'boolean':
      return true;
    default:
      return null;
  }
}

function objectOf({ properties = {}, required = [] }: Schema, place: Place): Record<string, unknown> {
  const shown = Object.entries(properties).filter(([name]) => place.depth < MAX_DEPTH || required.includes(name));
  return Object.fromEntries(shown.map(([name, schema]) => [name, valueOf(schema, deeper(place, name))]));
}

function arrayOf({ items, prefixItems, minItems = 0 }: Schema, place: Place): unknown[] {
  if (prefixItems) {
    return prefixItems.map((item) => valueOf(item, deeper(place)));
  }
  return items === undefined || (minItems === 0 && place.depth >= MAX_DEPTH) ? [] : [valueOf(items, deeper(place))];
}

/** Times are of milliseconds or of microseconds, as the pattern says. */
const FORMATS: Readonly<Record<string, readonly string[]>> = {
  uuid: ['8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11'],
  'date-time': ['2026-11-21T12:00:00.000Z', '2026-11-21T12:00:00.000000Z'],
  date: ['2026-11-21'],
  email: ['ada@example.com'],
  uri: ['https://example.com/hooks'],
};

function stringOf({ format, pattern = '', minLength = 0 }: Schema, name: string): string {
  const ofFormat = FORMATS[format ?? '']?.find((value) => new RegExp(pattern).test(value));
  return ofFormat ?? name.replaceAll('_', ' ').padEnd(minLength, 'x');
}

function numberOf({ minimum, exclusiveMinimum, maximum }: Schema): number {
  const least = minimum ?? (exclusiveMinimum === undefined ? 1 : exclusiveMinimum + 1);
  return Math.min(Math.max(least, Math.min(1, maximum ?? 1)), maximum ?? Number.MAX_SAFE_INTEGER);
}

/** Undefined where the schema is of another type than fields of this name usually are. */
function named(schema: Schema, name: string): unknown {
  const value = NAMED_VALUES[name];
  const types = [schema.type ?? []].flat();
  const wanted = Number.isInteger(value) ? ['integer', 'number'] : [typeof value];
  return value !== undefined && wanted.some((type) => types.includes(type)) ? value : undefined;
}
