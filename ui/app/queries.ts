import { QueryClient } from '@tanstack/react-query';
import { ApiProblem } from '../../api-client/index.ts';
import { currentSession, ownerOf, subscribeSession } from '../session/store.ts';

const FRESH_MS = 5_000;

/** An answer of the API is a decision; only what may be a hiccup is asked for again. */
function worthAnotherTry(failures: number, error: Error): boolean {
  return failures < 2 && !(error instanceof ApiProblem && error.status < 500);
}

/** Server state of the whole console. What one person, key or team was shown is forgotten before another is. */
export function createQueries(): QueryClient {
  const queries = new QueryClient({
    defaultOptions: { queries: { staleTime: FRESH_MS, retry: worthAnotherTry } },
  });
  let owner = ownerOf(currentSession());
  subscribeSession(() => {
    const next = ownerOf(currentSession());
    if (next !== owner) {
      owner = next;
      queries.clear();
    }
  });
  return queries;
}
