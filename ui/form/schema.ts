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
  /** What a secret is of no use without: who it belongs to. */
  credential?: boolean;
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

/** Forms as short as this have nothing to fold away. */
const SHORT_FORM_FIELDS = 6;

/** Names of the fields in their order: those that everybody has to look at, with secrets and whose they are, and the rest. */
export function fieldGroups({ properties = {}, required = [] }: ObjectSchema): { main: string[]; more: string[] } {
  const fields = Object.entries(properties);
  const isMain = ([name, field]: [string, FieldSchema]): boolean =>
    required.includes(name) ||
    field.writeOnly === true ||
    field.credential === true ||
    fields.length <= SHORT_FORM_FIELDS;
  const namesOf = (main: boolean): string[] => fields.filter((field) => isMain(field) === main).map(([name]) => name);
  return { main: namesOf(true), more: namesOf(false) };
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
