/** Quoted, in the one spelling that Redshift has for it: it folds ASCII letters, also of quoted names. */
export function quote(identifier: string): string {
  return `"${fold(identifier).replaceAll('"', '""')}"`;
}

export function fold(identifier: string): string {
  return identifier.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}

export function sameIdentifier(a: string, b: string): boolean {
  return fold(a) === fold(b);
}

export function quoteList(identifiers: readonly string[]): string {
  return identifiers.map(quote).join(', ');
}

export function qualified({ schema, name }: { schema: string; name: string }): string {
  return `${quote(schema)}.${quote(name)}`;
}

/** A literal for the places that take no parameter. A backslash is an escape in Redshift's ordinary literals. */
export function quoteText(text: string): string {
  return `'${text.replaceAll(/['\\]/g, '\\$&')}'`;
}
