import { randomUUID } from 'node:crypto';
import { failureAnswer, inProgress, resultAnswer, type Answer } from './answers.ts';
import type { Binding, Context } from './context.ts';
import { fromDuckDb } from './duckdb-errors.ts';
import { canceled, SnowflakeFailure } from './errors.ts';
import type { Failure } from './faults.ts';
import type { ParameterValue, Session } from './session.ts';
import { execute } from './statements/dispatch.ts';

export interface QueryRequest {
  requestId: string;
  sqlText: string;
  bindings?: Record<string, Binding>;
  parameters?: Record<string, ParameterValue>;
  asyncExec?: boolean;
}

export interface Query {
  id: string;
  requestId: string;
  sql: string;
  tag: string;
  session: Session;
  controller: AbortController;
  state: 'RUNNING' | 'SUCCESS' | 'FAILED_WITH_ERROR';
  answer: Promise<Answer>;
  failure: SnowflakeFailure | undefined;
  /** The answer must not reach the client. */
  dropped: boolean;
}

type Surroundings = Pick<Context, 'account' | 'catalog' | 'locks' | 'storage' | 'maxLobBytes'>;

async function waitForAbort(signal: AbortSignal): Promise<never> {
  return await new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(canceled()), { once: true });
  });
}

/** Statements that were sent, by query id and by the client's request id. */
export class Queries {
  private readonly byId = new Map<string, Query>();
  private readonly byRequest = new Map<string, Query>();
  private readonly surroundings: Surroundings;
  private readonly answerWithinMs: number;

  constructor(surroundings: Surroundings, answerWithinMs: number) {
    this.surroundings = surroundings;
    this.answerWithinMs = answerWithinMs;
  }

  find(id: string): Query | undefined {
    return this.byId.get(id);
  }

  findRequest(requestId: string): Query | undefined {
    return this.byRequest.get(requestId);
  }

  /** All statements so far in order, for tests. */
  all(): Query[] {
    return [...this.byId.values()];
  }

  /** A request id that was seen before is the same statement: it is not run again. */
  submit(session: Session, request: QueryRequest, injected?: Failure): Query {
    const known = this.byRequest.get(request.requestId);
    if (known !== undefined) {
      return known;
    }
    const query: Query = {
      id: randomUUID(),
      requestId: request.requestId,
      sql: request.sqlText,
      tag: String(request.parameters?.['QUERY_TAG'] ?? session.parameters.get('QUERY_TAG')),
      session,
      controller: new AbortController(),
      state: 'RUNNING',
      answer: Promise.resolve(failureAnswer('', canceled())),
      failure: undefined,
      dropped: injected?.kind === 'drop_after',
    };
    this.byId.set(query.id, query);
    this.byRequest.set(request.requestId, query);
    query.answer = session.inTurn(async () => await this.run(query, request.bindings ?? {}, injected));
    return query;
  }

  /** The answer if it comes soon, else where to ask for it. */
  async answerSoon(query: Query, detached: boolean): Promise<Answer> {
    if (detached) {
      return inProgress(query.id, true);
    }
    let timer: NodeJS.Timeout | undefined;
    const soon = new Promise<Answer>((resolve) => {
      timer = setTimeout(() => resolve(inProgress(query.id, false)), this.answerWithinMs);
    });
    const answer = await Promise.race([query.answer, soon]);
    clearTimeout(timer);
    return answer;
  }

  abort(query: Query): void {
    if (query.state === 'RUNNING') {
      query.controller.abort();
      query.session.connection.interrupt();
    }
  }

  abortAll(): void {
    this.byId.forEach((query) => this.abort(query));
  }

  private async run(query: Query, bindings: Record<string, Binding>, injected: Failure | undefined): Promise<Answer> {
    const { session, controller } = query;
    markBusy(session);
    try {
      await suffer(query, injected);
      const result = await execute({
        ...this.surroundings,
        session,
        queryId: query.id,
        sql: query.sql,
        bindings,
        signal: controller.signal,
      });
      query.state = 'SUCCESS';
      return resultAnswer(session, query.id, result);
    } catch (error) {
      query.failure = controller.signal.aborted ? canceled() : fromDuckDb(error);
      query.state = 'FAILED_WITH_ERROR';
      await this.afterFailure(session);
      return failureAnswer(query.id, query.failure);
    } finally {
      markIdle(session);
    }
  }

  /** A failed statement leaves its transaction open unless the session asked otherwise. */
  private async afterFailure(session: Session): Promise<void> {
    if (session.parameters.get('TRANSACTION_ABORT_ON_ERROR') === true) {
      await session.transaction?.rollback();
    }
  }
}

/** What was injected for the statement, or an abort that came before its turn. */
async function suffer({ controller, session }: Query, injected: Failure | undefined): Promise<void> {
  if (controller.signal.aborted) {
    throw canceled();
  }
  switch (injected?.kind) {
    case 'fail':
      throw new SnowflakeFailure(injected.code, injected.sqlState ?? 'XX000', injected.message ?? 'injected');
    case 'hang':
      return await waitForAbort(controller.signal);
    case 'lose_transaction':
      return await session.transaction?.rollback();
    default:
      return undefined;
  }
}

function markBusy({ transaction }: Session): void {
  if (transaction !== undefined) {
    transaction.idleSince = undefined;
  }
}

function markIdle({ transaction }: Session): void {
  if (transaction !== undefined) {
    transaction.idleSince = Date.now();
  }
}
