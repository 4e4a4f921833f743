import { SluiceError } from '../../core/errors.ts';

/** Somebody else changed the same key at the same moment, or ended our upload; the next try finds a clear state. */
export function writeConflict(key: string): SluiceError {
  return new SluiceError({
    code: 'object_write_conflict',
    message: `another writer interfered with ${key}`,
    retryable: true,
    fault: 'destination',
    remedy: 'Nothing to do: it is tried again.',
  });
}

export function conditionIgnored(): SluiceError {
  return new SluiceError({
    code: 'object_condition_ignored',
    message:
      'the store overwrote a file in spite of the condition that there is none, so two attempts could spoil each other',
    retryable: false,
    fault: 'customer',
    remedy: 'Use a store that honours conditional writes, or a newer version of it.',
  });
}

export function readsDifferently(key: string): SluiceError {
  return new SluiceError({
    code: 'object_reads_differently',
    message: `${key} does not read as it was written`,
    retryable: false,
    fault: 'customer',
    remedy: 'Check the store.',
  });
}
