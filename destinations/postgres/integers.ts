/** Bounds of an integer, inclusive, as decimal text: JavaScript's numbers end at 53 bits. */
export function integerRange({ bits, signed }: { bits: number; signed: boolean }): { from: string; to: string } {
  const half = 2n ** BigInt(signed ? bits - 1 : bits);
  return { from: signed ? String(-half) : '0', to: String(half - 1n) };
}

/** Decimal digits of the longest value, without its sign. */
export function integerDigits(type: { bits: number; signed: boolean }): number {
  return integerRange(type).to.length;
}
