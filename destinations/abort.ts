/** A controller that follows `parent`. Call `unlink` when done: the parent may live much longer. */
export interface LinkedController {
  signal: AbortSignal;
  abort(reason: unknown): void;
  unlink(): void;
}

export function linkController(parent: AbortSignal, graceMs = 0): LinkedController {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const follow = (): void => {
    if (graceMs === 0) {
      controller.abort(parent.reason);
      return;
    }
    timer = setTimeout(() => controller.abort(parent.reason), graceMs);
  };
  if (parent.aborted) {
    follow();
  } else {
    parent.addEventListener('abort', follow, { once: true });
  }
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    unlink: () => {
      clearTimeout(timer);
      parent.removeEventListener('abort', follow);
    },
  };
}

/**
 * Runs a step whose outcome must be known (a commit, the creation of something with an id): an abort of `parent`
 * reaches it only `graceMs` later.
 */
export async function withGrace<T>(
  parent: AbortSignal,
  graceMs: number,
  step: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const link = linkController(parent, graceMs);
  try {
    return await step(link.signal);
  } finally {
    link.unlink();
  }
}

/**
 * Iterates until the source ends or `signal` aborts, whichever is first: a source that hangs, or that ignores its own
 * signal, cannot hold the loop. Throws the signal's reason.
 */
export async function* abortable(source: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  // Set anew for each step: racing every step against one long-lived promise would keep them all in memory.
  let rejectStep: (reason: unknown) => void = () => undefined;
  const onAbort = (): void => rejectStep(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  let finished = false;
  try {
    while (true) {
      signal.throwIfAborted();
      const next = await new Promise<IteratorResult<Uint8Array>>((resolve, reject) => {
        rejectStep = reject;
        iterator.next().then(resolve, reject);
      });
      if (next.done === true) {
        finished = true;
        return;
      }
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    if (!finished) {
      // Not awaited: a source that hangs would hang here again.
      iterator.return?.().catch(() => undefined);
    }
  }
}
