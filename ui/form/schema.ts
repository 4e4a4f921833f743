/** The part of JSON Schema that settings of destinations and webhooks are described in. */
export interface FieldSchema {
  type?: string;
  title?: string;
  description?: string;
  default?: unknown;
  enum?: readonly string[];
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  /** Secrets: they are sent, and never come back. */
  writeOnly?: boolean;
  items?: FieldSchema;
  additionalProperties?: unknown;
}

export interface ObjectSchema {
  properties?: Record<string, FieldSchema>;
  required?: readonly string[];
}

export type Values = Record<string, unknown>;

/** Which control shows a field. */
export type FieldKind =
  'text' | 'long-text' | 'secret' | 'long-secret' | 'choice' | 'switch' | 'number' | 'pairs' | 'list' | 'json';

/** Longer texts (certificates, keys) get several lines. */
const ONE_LINE_MAX = 4_096;

export function fieldKind(field: FieldSchema): FieldKind {
  if (field.enum) {
    return 'choice';
  }
  switch (field.type) {
    case 'boolean':
      return 'switch';
    case 'integer':
    case 'number':
      return 'number';
    case 'string':
      return textKind(field);
    case 'array':
      return field.items?.type === 'string' ? 'list' : 'json';
    default:
      return isPairs(field) ? 'pairs' : 'json';
  }
}

function textKind(field: FieldSchema): FieldKind {
  const long = (field.maxLength ?? 0) > ONE_LINE_MAX;
  if (field.writeOnly === true) {
    return long ? 'long-secret' : 'secret';
  }
  return long ? 'long-text' : 'text';
}

function isPairs({ type, additionalProperties }: FieldSchema): boolean {
  return type === 'object' && (additionalProperties as FieldSchema | undefined)?.type === 'string';
}

/** What the fields hold at first. Secrets and what has no default are empty. */
export function initialValues(schema: ObjectSchema): Values {
  const entries = Object.entries(schema.properties ?? {});
  return Object.fromEntries(
    entries.filter(([, field]) => field.default !== undefined).map(([name, field]) => [name, field.default]),
  );
}

/** What is sent: empty fields are left out, as the API has them. */
export function filledValues(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => !isEmpty(value)));
}

export function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}
