import { Socket } from 'node:net';

/** Told how long each phase of a new connection took, in milliseconds; of one that fails, those that it came through. */
export type ReportPhase = (phase: 'dns' | 'connect' | 'tls', ms: number) => void;

/** A literal is not looked up, and only `https:` has a `tls`. */
export function reportPhases(socket: unknown, report: ReportPhase): void {
  if (!(socket instanceof Socket)) {
    return;
  }
  let phaseBeganMs = performance.now();
  const phase = (name: Parameters<ReportPhase>[0]) => (): void => {
    const nowMs = performance.now();
    report(name, nowMs - phaseBeganMs);
    phaseBeganMs = nowMs;
  };
  socket.once('lookup', phase('dns')).once('connect', phase('connect')).once('secureConnect', phase('tls'));
}
