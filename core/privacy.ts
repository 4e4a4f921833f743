import type { PropertySource } from './properties/filter.ts';

/** What must not leave as it is. Rules come before anything else that an export does with a value, but after its filter. */
export interface PrivacyRules {
  /** Members that are left out. */
  drop: PropertyPath[];
  /** Members whose value becomes its keyed hash. */
  hash: PropertyPath[];
  hashDistinctId: boolean;
  hashPersonId: boolean;
}

/**
 * Names from the outermost object inwards. `*` stands for any characters of one name, `\*` for an asterisk and `\\` for a
 * backslash; a dot is a dot.
 */
export interface PropertyPath {
  source: PropertySource;
  path: string[];
}

export function hashesAnything({ hash, hashDistinctId, hashPersonId }: PrivacyRules): boolean {
  return hash.length > 0 || hashDistinctId || hashPersonId;
}

/** A name pattern as a literal name; undefined when it has wildcards. */
export function literalName(pattern: string): string | undefined {
  const specials: string[] = pattern.match(SPECIAL) ?? [];
  return specials.includes('*') ? undefined : pattern.replaceAll(SPECIAL, (escape) => escape.slice(1));
}

/** A name pattern as a regular expression of RE2 for whole names. */
export function namePattern(pattern: string): string {
  const parts = pattern.replaceAll(/\\[*\\]|[\s\S]/g, (token) => {
    if (token === '*') {
      return '.*';
    }
    return quoted(token.length > 1 ? token.slice(1) : token);
  });
  return `^(?s:${parts})$`;
}

const SPECIAL = /\\[*\\]|\*/g;

function quoted(character: string): string {
  return /[\\^$.|?*+()[\]{}]/.test(character) ? `\\${character}` : character;
}
