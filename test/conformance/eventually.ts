import { setTimeout as delay } from 'node:timers/promises';

/** Polls until `holds` returns true; fails with `what` after `timeoutMs`. */
export async function eventually(
  holds: () => Promise<boolean> | boolean,
  what: string,
  timeoutMs = 20_000,
): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  while (!(await holds())) {
    if (performance.now() > endMs) {
      throw new Error(`did not happen within ${String(timeoutMs)} ms: ${what}`);
    }
    await delay(20);
  }
}
