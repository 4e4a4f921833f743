import { BrokenJson, NO_JSON_YET } from './broken-json.ts';
import { isEmpty, type FieldSchema, type ObjectSchema, type Values } from './schema.ts';

/** Messages by field; an empty object when the API would take the values, as far as the schema can say. */
export type FieldErrors = Record<string, string>;

/** `stored`: secrets that exist already, which may be left empty. */
export function validate(schema: ObjectSchema, values: Values, stored: ReadonlySet<string> = new Set()): FieldErrors {
  const errors = Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const needed = schema.required?.includes(name) === true && !stored.has(name);
    const message = isEmpty(values[name]) ? (needed ? 'It is needed.' : undefined) : problemOf(field, values[name]);
    return message === undefined ? [] : [[name, message] as const];
  });
  return Object.fromEntries(errors);
}

function problemOf(field: FieldSchema, value: unknown): string | undefined {
  if (value instanceof BrokenJson) {
    return NO_JSON_YET;
  }
  if (typeof value === 'string') {
    return field.type === 'string' || field.type === undefined ? problemOfText(field, value) : undefined;
  }
  return typeof value === 'number' ? problemOfNumber(field, value) : undefined;
}

function problemOfText(
  { minLength = 0, maxLength = Infinity, pattern, format }: FieldSchema,
  text: string,
): string | undefined {
  if (text.length < minLength) {
    return `At least ${String(minLength)} characters.`;
  }
  if (text.length > maxLength) {
    return `At most ${String(maxLength)} characters.`;
  }
  if (format === 'uri' && !URL.canParse(text)) {
    return 'It must be a URL.';
  }
  return pattern === undefined || matches(pattern, text) ? undefined : `It must look like ${pattern}`;
}

/** A pattern that this browser cannot read is the server's to judge. */
function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(text);
  } catch {
    return true;
  }
}

function problemOfNumber(field: FieldSchema, value: number): string | undefined {
  const { minimum = -Infinity, maximum = Infinity, exclusiveMinimum = -Infinity } = field;
  if (field.type === 'integer' && !Number.isInteger(value)) {
    return 'It must be a whole number.';
  }
  if (value < minimum) {
    return `At least ${String(minimum)}.`;
  }
  if (value <= exclusiveMinimum) {
    return `More than ${String(exclusiveMinimum)}.`;
  }
  return value > maximum ? `At most ${String(maximum)}.` : undefined;
}

/** Fields that an answer of the API names, below `prefix` (`config.bucket`), by the name that the form has for them. */
export function serverErrors(fields: readonly { field: string; message: string }[], prefix: string): FieldErrors {
  return Object.fromEntries(
    fields
      .filter(({ field }) => field.startsWith(prefix))
      .map(({ field, message }) => [field.slice(prefix.length).split('.')[0] ?? '', message]),
  );
}
