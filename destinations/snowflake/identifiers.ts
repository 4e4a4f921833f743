/** `events`, or `"Events"` where the case matters. */
export const IDENTIFIER = /^(?:[A-Za-z_][A-Za-z0-9_$]{0,254}|"[^"\\\u0000-\u001f\u007f]{1,255}")$/;

/** The name that Snowflake stores: unquoted ones are folded to upper case, quoted ones are exact. */
export function fold(identifier: string): string {
  return identifier.startsWith('"') ? identifier.slice(1, -1) : identifier.toUpperCase();
}

/** A stored name as SQL. */
export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A literal. A backslash is an escape in Snowflake. */
export function quoteText(text: string): string {
  return `'${text.replaceAll(/['\\]/g, '\\$&')}'`;
}

/** Columns are matched whatever their case: an unquoted `id` is ID, a quoted one is id. */
export function sameColumn(a: string, b: string): boolean {
  return a.toUpperCase() === b.toUpperCase();
}
