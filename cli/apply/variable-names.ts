import { createHash } from 'node:crypto';
import type { FieldPath } from './catalogue.ts';
import type { Section } from './manifest.ts';

/** A secret that is set. */
export interface SecretPlace {
  section: Section;
  /** Of the destination or webhook. */
  name: string;
  path: FieldPath;
}

/** Enough that two of one plain name differ, and short enough to be read. */
const MARK_CHARS = 8;

/**
 * A variable for each secret, `DESTINATION_LAKE_SECRET_ACCESS_KEY`. Where several would have one name (`lake 1` and `lake-1`)
 * each gets a mark made of what it is for: never a number in order, which would give one's secret to the other once a third is added.
 */
export function variableNames(secrets: readonly SecretPlace[]): (secret: SecretPlace) => string {
  const plain = secrets.map(plainName);
  const shared = new Set(plain.filter((name, index) => plain.indexOf(name) !== index));
  return (secret) => {
    const name = plainName(secret);
    return shared.has(name) ? `${name}_${markOf(secret)}` : name;
  };
}

function plainName({ section, name, path }: SecretPlace): string {
  return [section.slice(0, -1), name, path.at(-1) ?? '']
    .join('_')
    .normalize('NFKD')
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
    .toUpperCase();
}

function markOf({ section, name, path }: SecretPlace): string {
  const what = JSON.stringify([section, name, ...path]);
  return createHash('sha256').update(what).digest('hex').slice(0, MARK_CHARS).toUpperCase();
}
