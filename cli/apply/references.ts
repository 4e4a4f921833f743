import { isSettings } from './manifest.ts';

/** `${NAME}`; `$${NAME}` is the text `${NAME}`. */
const REFERENCE = /\$(\$?)\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** The value of a variable of the environment; undefined: it is not set. */
export type Variables = (name: string) => string | undefined;

/** The variables that a value of a file refers to, each once. */
export function referencesIn(value: unknown): string[] {
  return [...new Set(stringsIn(value).flatMap(namesIn))];
}

/** Whether each text in it refers to a variable, as secrets must. */
export function isReferenced(value: unknown): boolean {
  return stringsIn(value).every((text) => namesIn(text).length > 0);
}

/** The value with its variables filled in. Variables that are not set read as nothing: look for them first. */
export function resolved(value: unknown, variables: Variables): unknown {
  if (typeof value === 'string') {
    return value.replaceAll(REFERENCE, (whole, escaped: string, name: string) =>
      escaped === '' ? (variables(name) ?? '') : whole.slice(1),
    );
  }
  if (Array.isArray(value)) {
    return value.map((item) => resolved(item, variables));
  }
  if (isSettings(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, resolved(item, variables)]));
  }
  return value;
}

/** A text as a file writes it, so that it is read as it is. */
export function escaped(value: unknown): unknown {
  if (typeof value === 'string') {
    return value.replaceAll(REFERENCE, (whole) => `$${whole}`);
  }
  if (Array.isArray(value)) {
    return value.map(escaped);
  }
  return isSettings(value)
    ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, escaped(item)]))
    : value;
}

function namesIn(text: string): string[] {
  return [...text.matchAll(REFERENCE)].flatMap(([, mark, name = '']) => (mark === '' ? [name] : []));
}

function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') {
    return [value];
  }
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}
