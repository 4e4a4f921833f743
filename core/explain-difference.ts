import { isEmpty, minus, sumOf, type Digest } from './digest.ts';

/** Above this many items three of them are not tried: a million pairs take some ten milliseconds. */
const MAX_ITEMS_FOR_THREE = 1_500;

/**
 * Which of the items make up a difference: one, two, three or all of them. Undefined when no such choice adds up.
 * Hashes have 64 bits: with a thousand items a wrong choice of three would add up once in ten thousand million buckets.
 */
export function explainDifference<Item extends Digest>(
  difference: Digest,
  items: readonly Item[],
): readonly Item[] | undefined {
  if (isEmpty(minus(sumOf(items), difference))) {
    return items;
  }
  const byHash = new Map(items.map((item) => [item.hash, item]));
  return oneOf(difference, byHash) ?? twoOf(difference, items, byHash) ?? threeOf(difference, items, byHash);
}

function oneOf<Item extends Digest>(wanted: Digest, byHash: ReadonlyMap<bigint, Item>): Item[] | undefined {
  const item = byHash.get(wanted.hash);
  return item?.rows === wanted.rows ? [item] : undefined;
}

function twoOf<Item extends Digest>(
  wanted: Digest,
  items: readonly Item[],
  byHash: ReadonlyMap<bigint, Item>,
): Item[] | undefined {
  for (const first of items) {
    const [second] = oneOf(minus(wanted, first), byHash) ?? [];
    if (second !== undefined && second !== first) {
      return [first, second];
    }
  }
  return undefined;
}

function threeOf<Item extends Digest>(
  wanted: Digest,
  items: readonly Item[],
  byHash: ReadonlyMap<bigint, Item>,
): Item[] | undefined {
  if (items.length > MAX_ITEMS_FOR_THREE) {
    return undefined;
  }
  for (const [index, first] of items.entries()) {
    const rest = twoOf(minus(wanted, first), items.slice(index + 1), byHash);
    if (rest !== undefined && !rest.includes(first)) {
      return [first, ...rest];
    }
  }
  return undefined;
}
