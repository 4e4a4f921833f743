/** What a request asks for; a job's type is part of the name because a test wants to hit loads but not queries. */
export type Operation =
  | 'token'
  | 'impersonate'
  | 'upload.start'
  | 'upload.chunk'
  | 'jobs.insert.query'
  | 'jobs.insert.load'
  | 'jobs.insert.copy'
  | 'jobs.query'
  | 'jobs.get'
  | 'jobs.list'
  | 'jobs.cancel'
  | 'jobs.getQueryResults'
  | 'datasets.get'
  | 'datasets.other'
  | 'tables.get'
  | 'tables.insert'
  | 'tables.patch'
  | 'tables.delete'
  | 'tables.other'
  | 'tabledata'
  | 'other';

export type Fault =
  /** The request is refused; nothing happens. */
  | { kind: 'error'; reason: string; message?: string; status?: number }
  /** The job is accepted, does nothing and ends with this error. Only for `jobs.insert.*`. */
  | { kind: 'job_error'; reason: string; message?: string }
  /** The job is accepted and stays RUNNING, with its transaction's locks, until `until` resolves. Only for `jobs.insert.*`. */
  | { kind: 'hold'; until: Promise<unknown> }
  /** The request waits before it has any effect. */
  | { kind: 'delay'; until: Promise<unknown> }
  /** No answer ever, nothing happens. */
  | { kind: 'hang' }
  /** The connection breaks; `after`: the request has taken effect. */
  | { kind: 'drop'; when: 'before' | 'after' };

/** What goes wrong next, per operation, and what was asked for so far. */
export class Faults {
  /** Every request that arrived, in order, refused ones included. */
  readonly seen: { operation: Operation; jobId?: string }[] = [];
  private readonly planned: { operation: Operation; fault: Fault; left: number; jobId: RegExp }[] = [];

  /**
   * The next `times` requests of this operation, and of jobs whose id matches, fail so; several plans for one operation
   * are used up in order.
   */
  inject(operation: Operation, fault: Fault, times = 1, jobId = /(?:)/): void {
    this.planned.push({ operation, fault, left: times, jobId });
  }

  clear(): void {
    this.planned.length = 0;
    this.seen.length = 0;
  }

  count(operation: Operation): number {
    return this.seen.filter((request) => request.operation === operation).length;
  }

  take(operation: Operation, jobId: string | undefined): Fault | undefined {
    this.seen.push({ operation, ...(jobId === undefined ? {} : { jobId }) });
    const plan = this.planned.find(
      (candidate) => candidate.operation === operation && candidate.left > 0 && candidate.jobId.test(jobId ?? ''),
    );
    if (plan !== undefined) {
      plan.left -= 1;
    }
    return plan?.fault;
  }
}
