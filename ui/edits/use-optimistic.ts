import {
  useIsMutating,
  useMutation,
  useQueryClient,
  type QueryKey,
  type UseMutationResult,
} from '@tanstack/react-query';
import { tellProblem } from '../parts/tell-problem.ts';

interface Change<Shown, Wish, Answer> {
  /** Of the query that holds what is changed. */
  key: QueryKey;
  /** What that holds once the server has agreed. */
  expected: (shown: Shown, wish: Wish) => Shown;
  send: (wish: Wish) => Promise<Answer>;
  /** Title of the notice that a refusal gets; absent: whoever asked tells of it. */
  refused?: string;
  /** What is pending meanwhile, where it is not all that the query holds: a row of a list. */
  mark?: QueryKey;
  /** Other queries that the change is to be seen in. */
  also?: readonly QueryKey[];
}

/**
 * A change that is shown before the server has answered: until then it is pending (`usePending`). A refusal brings back
 * what was shown before and is told of; either way the server is asked how it is.
 */
export function useOptimistic<Shown, Wish = void, Answer = unknown>({
  key,
  expected,
  send,
  refused,
  mark = key,
  also = [],
}: Change<Shown, Wish, Answer>): UseMutationResult<Answer, Error, Wish, { before: Shown | undefined }> {
  const queries = useQueryClient();
  return useMutation({
    mutationKey: pendingKey(mark),
    mutationFn: send,
    onMutate: async (wish) => {
      // An answer from before the change must not be shown after it.
      await queries.cancelQueries({ queryKey: key, exact: true });
      const before = queries.getQueryData<Shown>(key);
      queries.setQueryData<Shown>(key, (shown) => (shown === undefined ? undefined : expected(shown, wish)));
      return { before };
    },
    onError: (error, _wish, context) => {
      queries.setQueryData(key, context?.before);
      if (refused !== undefined) {
        tellProblem(refused, error);
      }
    },
    onSettled: () => {
      for (const queryKey of [key, ...also]) {
        void queries.invalidateQueries({ queryKey });
      }
    },
  });
}

/** Whether a change of what has the key or mark is shown that the server has not agreed to yet. */
export function usePending(mark: QueryKey): boolean {
  return useIsMutating({ mutationKey: pendingKey(mark), exact: true }) > 0;
}

function pendingKey(mark: QueryKey): QueryKey {
  return ['change', ...mark];
}
