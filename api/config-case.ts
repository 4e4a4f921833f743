/** Destination configs have camelCase fields in the domain and snake_case fields in the API. Values are untouched. */

/** Marks a name that is not snake_case: no field of a schema ends with it. */
const UNKNOWN = ' ';

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());
}

export function toSnakeCase(config: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(config).map(([name, value]) => [snakeCase(name), value]));
}

/** A name that is not snake_case is kept in a form that no schema knows, so that it is refused by its own name. */
export function toCamelCase(config: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => [
      /^[a-z][a-z0-9_]*$/.test(name) ? camelCase(name) : `${name}${UNKNOWN}`,
      value,
    ]),
  );
}

/** The name by which the caller knows a field of what `toCamelCase` returned. */
export function sentName(name: string): string {
  return name.endsWith(UNKNOWN) ? name.slice(0, -UNKNOWN.length) : snakeCase(name);
}
