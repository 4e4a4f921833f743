/** A time-out takes a millisecond with all that follows: so many hold up an answer no longer than the network does. */
const AT_ONCE = 4;

const waiting: (() => void)[] = [];
let isScheduled = false;

/**
 * Does a few things in each turn of the event loop. Requests that began together time out together: hundreds of those at once
 * would hold up everything else for as many milliseconds, answers that came in time among it.
 */
export function inTurn(work: () => void): void {
  waiting.push(work);
  if (!isScheduled) {
    isScheduled = true;
    setImmediate(some);
  }
}

function some(): void {
  const turn = waiting.splice(0, AT_ONCE);
  isScheduled = waiting.length > 0;
  if (isScheduled) {
    setImmediate(some);
  }
  for (const work of turn) {
    work();
  }
}
