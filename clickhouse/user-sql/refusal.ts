import { SluiceError } from '../../core/errors.ts';

/** A place in a query: offset into its text, and what an editor shows, both counted from 1. */
export interface QueryPosition {
  offset: number;
  line: number;
  column: number;
}

export function positionAt(text: string, offset: number): QueryPosition {
  const before = text.slice(0, offset).split('\n');
  return { offset, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** Why a query is not run, and where. Becomes an error with a position only at the door, which has the text. */
export class QueryRefusal extends Error {
  override readonly name = 'QueryRefusal';
  readonly offset: number;
  readonly remedy: string;

  constructor(offset: number, message: string, remedy: string) {
    super(message);
    this.offset = offset;
    this.remedy = remedy;
  }
}

/** A refusal as the domain's error; anything else is thrown on as it is. */
export function refusedQuery(text: string, error: unknown): SluiceError {
  if (!(error instanceof QueryRefusal)) {
    throw error;
  }
  const { line, column } = positionAt(text, error.offset);
  return new SluiceError({
    code: 'query_refused',
    message: `line ${String(line)}, column ${String(column)}: ${error.message}`,
    retryable: false,
    fault: 'customer',
    remedy: error.remedy,
    cause: error,
  });
}
