import pg from 'pg';

const MAX_NAME_BYTES = 63;

export function quote(identifier: string): string {
  return pg.escapeIdentifier(identifier);
}

export function qualified({ schema, name }: { schema: string; name: string }): string {
  return `${quote(schema)}.${quote(name)}`;
}

export function quoteList(identifiers: readonly string[]): string {
  return identifiers.map(quote).join(', ');
}

/** The server cuts names off at 63 bytes, at a character's end. */
function stored(identifier: string): string {
  let bytes = 0;
  let end = 0;
  for (const character of identifier) {
    bytes += Buffer.byteLength(character);
    if (bytes > MAX_NAME_BYTES) {
      return identifier.slice(0, end);
    }
    end += character.length;
  }
  return identifier;
}

export function sameIdentifier(a: string, b: string): boolean {
  return a === b || stored(a) === stored(b);
}
