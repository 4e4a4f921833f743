import { createHash } from 'node:crypto';
import type { SessionContext } from '../contract.ts';
import { OWN_PREFIX } from './config.ts';

/** Quotes an identifier. */
export function quoteName(name: string): string {
  return `\`${name.replaceAll(/[\\`]/g, '\\$&')}\``;
}

/** Quotes a string, where the grammar takes no bound parameter. */
export function quoteText(text: string): string {
  return `'${text.replaceAll(/[\\']/g, '\\$&')}'`;
}

/**
 * Names of an interval's stages. A hash stands for table, export and interval, so that names neither collide nor grow.
 * - `<base>_g<generation>_c<chunk>`: a chunk, complete.
 * - `<base>_g<generation>_s`: the interval's rows, sealed: they are on their way into the table.
 * - the former with `_<attempt>`, and `<base>_g<generation>_a_<attempt>`: work of one attempt.
 */
export interface StageNames {
  base: string;
  chunk(index: number): string;
  sealed(generation: number): string;
  /** Never used before. */
  attempt(of: string): string;
  gather(): string;
}

export function stageNames(table: string, context: SessionContext, random: () => string): StageNames {
  const { exportId, interval, generation } = context;
  const identity = JSON.stringify([table, exportId, interval.startMicros, interval.endMicros]);
  const base = `${OWN_PREFIX}${createHash('sha256').update(identity).digest('hex').slice(0, 24)}`;
  const mine = `${base}_g${String(generation)}`;
  return {
    base,
    chunk: (index) => `${mine}_c${String(index)}`,
    sealed: (of) => `${base}_g${String(of)}_s`,
    attempt: (of) => `${of}_${random()}`,
    gather: () => `${mine}_a_${random()}`,
  };
}

export interface StageTable {
  name: string;
  generation: number;
  kind: 'chunk' | 'sealed' | 'gather';
}

/** What a stage's name says; undefined for any other table. */
export function parseStageName(base: string, name: string): StageTable | undefined {
  const match = name.startsWith(`${base}_`) ? /^g(\d+)_([csa])/.exec(name.slice(base.length + 1)) : null;
  const kind = ({ c: 'chunk', s: 'sealed', a: 'gather' } as const)[match?.[2] ?? ''];
  return match === null || kind === undefined ? undefined : { name, generation: Number(match[1]), kind };
}
