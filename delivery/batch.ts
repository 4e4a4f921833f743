/** How a webhook wants its events in one request. */
export interface BatchRule {
  /** Fewer than a lane's queue holds, so that a full batch never waits for room. */
  maxEvents: number;
  /** How long the first event of a batch waits for others. */
  maxWaitMs: number;
  /** Of the body; an event that is larger is sent alone. */
  maxBytes: number;
}

/** By how much a batch shrinks from one retry to the next. */
const SHRINK = 4;

/**
 * How many events may share a request after so many attempts. Whatever an endpoint cannot take because of one event of a
 * batch, it gets apart from it before the schedule is over: the last retry sends each event alone.
 */
export function batchLimit(maxEvents: number, attemptsMade: number, scheduledRetries: number): number {
  // The first attempt and its quick second try are one step.
  const retry = Math.max(0, attemptsMade - 1);
  return retry > 0 && retry >= scheduledRetries ? 1 : Math.max(1, Math.floor(maxEvents / SHRINK ** retry));
}

export interface Batchable {
  attemptsMade: number;
  /** It shares a request with fewer others than the rule allows. */
  maxGroup?: number | undefined;
}

/** How many of the first deliveries go into one request: at least one, if there is one. */
export function groupLength(
  waiting: readonly Batchable[],
  rule: BatchRule & { scheduledRetries: number },
  bytesOf: (index: number) => number,
): number {
  const [first] = waiting;
  if (first === undefined) {
    return 0;
  }
  const limit = batchLimit(rule.maxEvents, first.attemptsMade, rule.scheduledRetries);
  let bytes = bytesOf(0);
  let most = Math.min(limit, first.maxGroup ?? limit);
  let length = 1;
  for (const next of waiting.slice(1, most)) {
    most = Math.min(most, next.maxGroup ?? most);
    bytes += bytesOf(length);
    if (length >= most || next.attemptsMade !== first.attemptsMade || bytes > rule.maxBytes) {
      break;
    }
    length += 1;
  }
  return length;
}

/** Statuses by which an endpoint may mean what a batch holds, and not all that it is sent. */
const NOT_THE_BODY: ReadonlySet<number> = new Set([401, 403, 404, 408, 410, 425, 429]);

/** Whether a batch may have been refused because of some of its events. */
export function mayBeTheBody(status: number): boolean {
  return status >= 400 && status < 500 && !NOT_THE_BODY.has(status);
}
