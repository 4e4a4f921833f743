import type { Cursor } from './cursor.ts';

export interface VariantPath {
  /** Keys and indexes in order; an index is written `[n]`. */
  elements: string[];
  /** For DuckDB's json_extract. */
  jsonPath: string;
}

const key = (name: string) => `."${name.replaceAll('"', '\\"')}"`;

/**
 * Reads `:key.key[0]['key']` after a VARIANT. Keys are case-sensitive: unlike an identifier, an unquoted one keeps the
 * case it is written in.
 */
export function readPath(cursor: Cursor): VariantPath {
  const path: VariantPath = { elements: [], jsonPath: '$' };
  for (;;) {
    if (cursor.accept('[')) {
      const token = cursor.next();
      const isIndex = token.kind === 'number';
      path.elements.push(isIndex ? `[${token.text}]` : token.value);
      path.jsonPath += isIndex ? `[${token.text}]` : key(token.value);
      cursor.expect(']');
    } else if (cursor.accept(':') || (path.elements.length > 0 && cursor.accept('.'))) {
      const token = cursor.next();
      const name = token.kind === 'word' ? token.text : token.value;
      path.elements.push(name);
      path.jsonPath += key(name);
    } else {
      return path;
    }
  }
}
