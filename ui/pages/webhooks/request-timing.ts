import type { Schemas } from '../../../api-client/index.ts';

/** Of an attempt as of a test. */
export type Timing = Pick<Schemas['Attempt'], 'duration_ms' | 'dns_ms' | 'connect_ms' | 'tls_ms' | 'first_byte_ms'>;

export interface Phase {
  name: string;
  ms: number;
  /** Of the whole request, in per cent. */
  share: number;
  color: string;
}

/** What is known of where the time of a request went, in its order. */
export function phasesOf(timing: Timing): Phase[] {
  const phases: [string, number | null, string][] = [
    ['DNS', timing.dns_ms, 'violet'],
    ['Connect', timing.connect_ms, 'orange'],
    ['TLS', timing.tls_ms, 'pink'],
    ['First byte', timing.first_byte_ms, 'teal'],
  ];
  return phases.flatMap(([name, ms, color]) =>
    ms === null ? [] : [{ name, ms, color, share: (100 * ms) / Math.max(timing.duration_ms, Number.MIN_VALUE) }],
  );
}

/** An answer came, and nothing was connected for it. */
export function wasKept({ first_byte_ms: firstByte, connect_ms: connect }: Timing): boolean {
  return firstByte !== null && connect === null;
}
