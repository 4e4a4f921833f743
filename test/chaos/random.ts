import { createHash } from 'node:crypto';

/** Choices that follow from a seed alone. */
export interface Random {
  /** 0 <= value < 1. */
  next(): number;
  /** 0 <= value < bound. */
  below(bound: number): number;
  chance(probability: number): boolean;
  pick<T>(values: readonly [T, ...T[]]): T;
  /** A UUID of version 4. */
  uuid(): string;
  /** Choices of their own for a part of the work: what happens elsewhere does not shift them. */
  of(...labels: readonly (string | number)[]): Random;
}

export function seeded(seed: string | number): Random {
  let state = createHash('sha256').update(String(seed)).digest().readUInt32LE(0);
  // Mulberry32: 32 bits of state are plenty for some thousand choices.
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (bound: number): number => Math.floor(next() * bound);
  const pick = <T>(values: readonly [T, ...T[]]): T => values[below(values.length)] ?? values[0];
  const uuid = (): string => {
    const digits = Array.from({ length: 32 }, () => below(16).toString(16));
    digits[12] = '4';
    digits[16] = pick(['8', '9', 'a', 'b']);
    const hex = digits.join('');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  };
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick,
    uuid,
    of: (...labels) => seeded([seed, ...labels].join('/')),
  };
}
