/**
 * Snowflake tells "a" from "A"; DuckDB does not. So each lower-case letter of a name is written `~X` in DuckDB, which
 * makes names that differ only in case different, and can be read back.
 */
export function encodeName(name: string): string {
  return name.replace(/[a-z~]/g, (letter) => `~${letter.toUpperCase()}`);
}

export function decodeName(encoded: string): string {
  return encoded.replace(/~(.)/g, (_, letter: string) => letter.toLowerCase());
}

/** As DuckDB reads it. */
export function quoteName(encoded: string): string {
  return `"${encoded.replaceAll('"', '""')}"`;
}

export const column = (name: string) => quoteName(encodeName(name));

export const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** How Snowflake prints a name in messages: quoted only where it must be. */
export function printName(name: string): string {
  return /^[A-Z_][A-Z0-9_$]*$/.test(name) ? name : `"${name}"`;
}
