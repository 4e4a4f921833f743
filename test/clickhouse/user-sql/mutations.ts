import fc from 'fast-check';
import { ACCEPTED } from './accepted.ts';
import { CONTAINED } from './contained.ts';
import { REFUSED } from './refused.ts';

const SHORT_REFUSED = Object.values(REFUSED)
  .flat()
  .filter((query) => query.length < 300);

/** Pieces as a reader of SQL sees them, roughly: what is quoted stays whole, or is broken on purpose by a mutation. */
function pieces(query: string): string[] {
  return query.match(/'(?:[^'\\]|\\[^])*'|`[^`]*`|"[^"]*"|\w+|\s+|[^]/g) ?? [];
}

const POOL = [...new Set([...ACCEPTED, ...CONTAINED, ...SHORT_REFUSED].flatMap(pieces))];
const NASTY = [
  "'",
  '`',
  '"',
  '\\',
  '--',
  '/*',
  '*/',
  ')',
  '(',
  ';',
  '\u0000',
  '\u00a0',
  '{',
  '}',
  ' AS ',
  ' IN ',
  ' FROM ',
  ' event_log ',
  ' SETTINGS a = 1 ',
];

type Mutation =
  | { kind: 'replace' | 'insert'; at: number; by: string }
  | { kind: 'delete'; at: number }
  | { kind: 'swap'; at: number; with: number }
  | { kind: 'splice'; at: number; other: string };

const at = fc.nat({ max: 200 });
const piece = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...POOL) },
  { weight: 1, arbitrary: fc.constantFrom(...NASTY) },
);
const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({ kind: fc.constantFrom('replace' as const, 'insert' as const), at, by: piece }),
  fc.record({ kind: fc.constant('delete' as const), at }),
  fc.record({ kind: fc.constant('swap' as const), at, with: at }),
  fc.record({ kind: fc.constant('splice' as const), at, other: fc.constantFrom(...CONTAINED, ...SHORT_REFUSED) }),
);

/** A query with one to three changes: half of them still parse, some mean something else than they seem to. */
export const mutatedQuery: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom(...ACCEPTED, ...CONTAINED), fc.array(mutation, { minLength: 1, maxLength: 3 }))
  .map(([query, mutations]) => mutations.reduce(mutated, pieces(query)).join(''));

function mutated(parts: string[], change: Mutation): string[] {
  const index = change.at % Math.max(1, parts.length);
  const copy = [...parts];
  switch (change.kind) {
    case 'replace':
      return copy.with(index, change.by);
    case 'insert':
      return copy.toSpliced(index, 0, change.by);
    case 'delete':
      return copy.toSpliced(index, 1);
    case 'swap': {
      const other = change.with % Math.max(1, parts.length);
      return copy.with(index, parts[other] ?? '').with(other, parts[index] ?? '');
    }
    case 'splice':
      return [...copy.slice(0, index), ` (${change.other}) `, ...copy.slice(index)];
  }
}
