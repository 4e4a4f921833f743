const MINUTE_MS = 60_000;

/** Tells the first fault of each minute, with how many were kept quiet since the one before. */
export function oncePerMinute(
  tell: (fault: unknown, quiet: number) => void,
  nowMs: () => number = Date.now,
): (fault: unknown) => void {
  let toldMs = -Infinity;
  let quiet = 0;
  return (fault) => {
    if (nowMs() - toldMs < MINUTE_MS) {
      quiet += 1;
      return;
    }
    tell(fault, quiet);
    toldMs = nowMs();
    quiet = 0;
  };
}
