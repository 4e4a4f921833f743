import { setMaxListeners } from 'node:events';
import type { ClockPort } from '../delivery/shard/ports.ts';

/** The process's clock. */
export const systemClock: ClockPort = {
  nowMs: () => Date.now(),
  random: () => Math.random(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) {
        resolve();
        return;
      }
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      // One per delivery that waits for its second try: as many as a lane has requests at the same time.
      setMaxListeners(0, signal);
      signal.addEventListener('abort', done, { once: true });
    }),
};
