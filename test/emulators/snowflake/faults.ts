/**
 * What goes wrong. `drop_…` ends the TCP connection without an answer; `lose_transaction` rolls back what the session has
 * open before the statement runs, as happens to one that was silent too long.
 */
export type Failure =
  | { kind: 'fail'; code: string; sqlState?: string; message?: string }
  | { kind: 'hang' }
  | { kind: 'lose_transaction' }
  | { kind: 'drop_before' }
  | { kind: 'drop_after' }
  | { kind: 'status'; status: number };

export interface Fault {
  /** On the text of a statement; for other requests on `METHOD /path`. */
  match: RegExp;
  failure: Failure;
  /** How many matches pass first (default 0), and how many fail then (default 1). */
  skip?: number;
  times?: number;
}

interface Armed extends Fault {
  seen: number;
}

/** Faults that tests ask for. Each match counts, whoever makes it. */
export class Faults {
  private armed: Armed[] = [];

  inject(fault: Fault): void {
    this.armed.push({ ...fault, seen: 0 });
  }

  clear(): void {
    this.armed = [];
  }

  /** The failure for this statement or request, if it is its turn. */
  take(text: string): Failure | undefined {
    for (const fault of this.armed.filter(({ match }) => match.test(text))) {
      const index = fault.seen - (fault.skip ?? 0);
      fault.seen += 1;
      if (index >= 0 && index < (fault.times ?? 1)) {
        return fault.failure;
      }
    }
    return undefined;
  }
}
