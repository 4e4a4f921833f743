import { useQueryClient, type QueryKey } from '@tanstack/react-query';
import { isVersionChanged } from './is-version-changed.ts';

/**
 * Saves what a form says, and reads again what shows it. False: somebody else was quicker and nothing is saved; what was
 * read shows theirs (`ChangedElsewhere`). Every other refusal is thrown.
 */
export function useGuardedSave(...shownIn: readonly QueryKey[]): (save: () => Promise<unknown>) => Promise<boolean> {
  const queries = useQueryClient();
  return async (save) => {
    const isSaved = await save().then(
      () => true,
      (error: unknown) => {
        if (isVersionChanged(error)) {
          return false;
        }
        throw error;
      },
    );
    await Promise.all(shownIn.map((queryKey) => queries.invalidateQueries({ queryKey })));
    return isSaved;
  };
}
