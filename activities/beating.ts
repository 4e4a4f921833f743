import { Context } from '@temporalio/activity';

const BEAT_EVERY_MS = 5_000;

/** Heartbeats while the work goes on, however long one of its steps takes. */
export async function beating<T>(work: () => Promise<T>): Promise<T> {
  const context = Context.current();
  context.heartbeat();
  const beat = setInterval(() => {
    context.heartbeat();
  }, BEAT_EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
  }
}
