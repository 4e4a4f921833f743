import { SluiceError } from '../core/errors.ts';

/** Missing, deleted and another team's are the same to the caller. */
export function notFound(what: 'destination' | 'export' | 'run', id: string): SluiceError {
  const codes = { destination: 'destination_not_found', export: 'export_not_found', run: 'run_not_found' } as const;
  return new SluiceError({
    code: codes[what],
    message: `there is no ${what} ${id}`,
    retryable: false,
    fault: 'customer',
    remedy: `Use the id of one of your ${what}s.`,
  });
}

/** Somebody else changed the record between the caller's read and write. */
export function editConflict(what: 'destination' | 'export', id: string): SluiceError {
  return new SluiceError({
    code: 'edit_conflict',
    message: `the ${what} ${id} was changed by somebody else in the meantime`,
    retryable: false,
    fault: 'customer',
    remedy: 'Read it again and repeat the change.',
  });
}
