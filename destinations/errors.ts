import { SluiceError } from '../core/errors.ts';

/** The config does not fit; `problems` name the fields. */
export function configInvalid(kind: string, problems: readonly string[]): SluiceError {
  return new SluiceError({
    code: 'destination_config_invalid',
    message: `the ${kind} destination's config is not valid: ${problems.join('; ')}`,
    retryable: false,
    fault: 'customer',
    remedy: 'Correct the named fields of the destination.',
  });
}

/** An older generation met the committed result of a newer one: whoever sees this has lost and must stop. */
export function runSuperseded(mine: number, theirs: number): SluiceError {
  return new SluiceError({
    code: 'run_superseded',
    message: `generation ${String(mine)} of this interval was replaced by generation ${String(theirs)}`,
    retryable: false,
    fault: 'platform',
    remedy: 'Nothing to do: the newer run has delivered the interval.',
    metGeneration: theirs,
  });
}

/**
 * Two runs use one generation. Their plans may differ, so adopting the other's files could lose or repeat rows;
 * generations must be handed out once per plan.
 */
export function generationTaken(generation: number, holderRunId: string): SluiceError {
  return new SluiceError({
    code: 'destination_generation_taken',
    message: `generation ${String(generation)} of this interval already has files of run ${holderRunId}`,
    retryable: false,
    fault: 'platform',
    remedy: 'Nothing to do: the run goes on with the next generation.',
    metGeneration: generation,
  });
}

export function fileMissing(key: string): SluiceError {
  return new SluiceError({
    code: 'destination_file_missing',
    message: `${key} was stored but is not there any more`,
    retryable: false,
    fault: 'destination',
    remedy: 'Look for a lifecycle rule or a person that deletes new files, then run the interval again.',
  });
}

export function fileChanged(key: string, detail: string): SluiceError {
  return new SluiceError({
    code: 'destination_file_changed',
    message: `${key} is not what was stored: ${detail}`,
    retryable: false,
    fault: 'destination',
    remedy: 'Look for another program that writes below the same prefix, then run the interval again.',
  });
}

export function manifestInvalid(key: string, detail: string): SluiceError {
  return new SluiceError({
    code: 'destination_manifest_invalid',
    message: `${key} is not a manifest of this export: ${detail}`,
    retryable: false,
    fault: 'customer',
    remedy: 'Move the file away or give this export a prefix of its own.',
  });
}

/** What a supplement would add to is not what was compared. */
export function baseChanged(wanted: number, found: number | undefined): SluiceError {
  const there = found === undefined ? 'nothing' : `generation ${String(found)}`;
  return new SluiceError({
    code: 'destination_base_changed',
    message: `generation ${String(wanted)} of this interval was to be added to, but ${there} is there`,
    retryable: false,
    fault: 'destination',
    remedy: 'Nothing to do: a reconciliation exports the whole interval again.',
  });
}
