import { gate } from '../../support/gate.ts';
import { ServiceError, SqlError } from './errors.ts';

/** Which of the things that match are hit: the `nth` (first is 1) and the `times - 1` after it. */
interface Rule {
  nth?: number;
  times?: number;
}

export interface StatementRule extends Rule {
  matches: RegExp;
  /**
   * fail – instead of running it; fail-after-commit – the transaction is committed, and then reported as failed;
   * hang – before running it, until it is cancelled or released: a transaction keeps its locks meanwhile.
   */
  action: 'fail' | 'fail-after-commit' | 'hang';
  /** As DescribeStatement shows it. */
  error?: string;
}

export interface RequestRule extends Rule {
  operation: string;
  /** drop-before – the connection breaks before anything happens; drop-after – the request has had its effect. */
  action: 'drop-before' | 'drop-after' | { error: string; message?: string; status?: number };
}

export interface FaultHandle {
  /** How often it has struck. */
  hits(): number;
  /** Lets go what hangs on it, and strikes no more. */
  release(): void;
}

export interface Faults {
  statement(rule: StatementRule): FaultHandle;
  request(rule: RequestRule): FaultHandle;
  clear(): void;
}

interface Armed<R extends Rule> {
  rule: R;
  seen: number;
  hits: number;
  released: Promise<void>;
  release(): void;
}

export interface FaultHooks {
  /** Throws, or waits, or tells that the commit is to be reported as failed. */
  beforeStatement(sql: string, signal: AbortSignal): Promise<SqlError | undefined>;
  onRequest(operation: string): 'drop-before' | 'drop-after' | undefined;
}

export function createFaults(): Faults & FaultHooks {
  const statements = new Set<Armed<StatementRule>>();
  const requests = new Set<Armed<RequestRule>>();
  return {
    statement: (rule) => arm(statements, rule),
    request: (rule) => arm(requests, rule),
    clear: () => {
      [...statements, ...requests].forEach((armed) => armed.release());
    },
    beforeStatement: async (sql, signal) => {
      const armed = strike(statements, ({ matches }) => matches.test(sql));
      if (armed === undefined) {
        return undefined;
      }
      if (armed.rule.action === 'hang') {
        await Promise.race([armed.released, aborted(signal)]);
        return undefined;
      }
      const error = new SqlError(armed.rule.error ?? 'injected by the test');
      if (armed.rule.action === 'fail') {
        throw error;
      }
      return error;
    },
    onRequest: (operation) => {
      const action = strike(requests, (rule) => rule.operation === operation)?.rule.action;
      if (typeof action === 'object') {
        throw new ServiceError(action.error, action.message ?? 'injected by the test', action.status ?? 400);
      }
      return action;
    },
  };
}

function arm<R extends Rule>(all: Set<Armed<R>>, rule: R): FaultHandle {
  const { open, opened } = gate();
  const armed: Armed<R> = {
    rule,
    seen: 0,
    hits: 0,
    released: opened,
    release: () => {
      all.delete(armed);
      open();
    },
  };
  all.add(armed);
  return { hits: () => armed.hits, release: () => armed.release() };
}

function strike<R extends Rule>(all: Set<Armed<R>>, matches: (rule: R) => boolean): Armed<R> | undefined {
  for (const armed of all) {
    const { nth = 1, times = 1 } = armed.rule;
    if (matches(armed.rule)) {
      armed.seen += 1;
      if (armed.seen >= nth && armed.seen < nth + times) {
        armed.hits += 1;
        return armed;
      }
    }
  }
  return undefined;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
    }
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
