import type { ClockPort } from './ports.ts';

/** More than a clock that NTP disciplines goes back in normal life; what is timed can wait for less. */
const STEP_MS = 2_000;

/** Notices that somebody has set the machine's clock back. */
export class ClockWatch {
  readonly #clock: Pick<ClockPort, 'nowMs'>;
  #latestMs: number;

  constructor(clock: Pick<ClockPort, 'nowMs'>) {
    this.#clock = clock;
    this.#latestMs = clock.nowMs();
  }

  /** By how much the clock was set back since the last look; 0 for less than anybody notices. */
  setBackMs(): number {
    const nowMs = this.#clock.nowMs();
    const ms = this.#latestMs - nowMs;
    this.#latestMs = nowMs;
    return ms > STEP_MS ? ms : 0;
  }
}
