/** When a suspended endpoint is tried again. Pure: the workflow that probes and the record of its next probe agree. */

/** Probes come after 5, 10, 20 ... seconds, capped: soon enough after a short outage, gentle in a long one. */
const FIRST_PROBE_MS = 5_000;
/** Somebody has to change something first; looking every few minutes is enough. */
const MISCONFIGURED_PROBE_MS = 60_000;
/** Nor is an endpoint that asks for more left alone for longer. */
export const MAX_PROBE_MS = 5 * 60_000;
const MAX_DOUBLINGS = 10;

export const PROBED_HEALTHS = ['paused_auto', 'misconfigured'] as const;

export function isProbed(health: string): boolean {
  return (PROBED_HEALTHS as readonly string[]).includes(health);
}

/**
 * Milliseconds to the next probe: from the last one, or from the suspension when there was none. `askedMs` is what the
 * endpoint asked for (`Retry-After`). Undefined: it is not probed.
 */
export function nextProbeMs(of: { health: string; probes: number; askedMs?: number | undefined }): number | undefined {
  if (!isProbed(of.health)) {
    return undefined;
  }
  const firstMs = of.health === 'misconfigured' ? MISCONFIGURED_PROBE_MS : FIRST_PROBE_MS;
  return Math.min(Math.max(firstMs * 2 ** Math.min(of.probes, MAX_DOUBLINGS), of.askedMs ?? 0), MAX_PROBE_MS);
}
