import { QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiProblem } from '../../api-client/index.ts';
import { endSession } from '../session/store.ts';

const FRESH_MS = 5_000;

/** An answer of the API is a decision; only what may be a hiccup is asked for again. */
function worthAnotherTry(failures: number, error: Error): boolean {
  return failures < 2 && !(error instanceof ApiProblem && error.status < 500);
}

/** Server state of the whole console. Whoever is not signed in (any more) is shown the login. */
export function createQueries(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (error instanceof ApiProblem && error.status === 401) {
          endSession();
        }
      },
    }),
    defaultOptions: { queries: { staleTime: FRESH_MS, retry: worthAnotherTry } },
  });
}
