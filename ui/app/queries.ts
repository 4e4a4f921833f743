import { QueryClient } from '@tanstack/react-query';
import { ApiProblem } from '../../api-client/index.ts';

const FRESH_MS = 5_000;

/** An answer of the API is a decision; only what may be a hiccup is asked for again. */
function worthAnotherTry(failures: number, error: Error): boolean {
  return failures < 2 && !(error instanceof ApiProblem && error.status < 500);
}

/** Server state of the whole console. */
export function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: { queries: { staleTime: FRESH_MS, retry: worthAnotherTry } },
  });
}
