const PER_BLOCK = 250;

/** 127.0.1.1 and up: one loopback address for each index. */
export function hostOf(index: number): string {
  return `127.0.${String(1 + Math.floor(index / PER_BLOCK))}.${String(1 + (index % PER_BLOCK))}`;
}
