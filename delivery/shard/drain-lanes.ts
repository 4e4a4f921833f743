import type { Lane } from './lane.ts';

/** Resolves when nothing of these lanes is in flight any more; what takes longer than `withinMs` is cut. */
export async function drainLanes(lanes: readonly Lane[], withinMs: number): Promise<void> {
  const cut = setTimeout(() => {
    for (const lane of lanes) {
      lane.abort();
    }
  }, withinMs);
  await Promise.all(lanes.map((lane) => lane.drain()));
  clearTimeout(cut);
}
