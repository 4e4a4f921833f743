import { SluiceError } from '../core/errors.ts';
import type { Destination } from './contract.ts';
import { configInvalid } from './errors.ts';
import { createFileDestination, fileDestination } from './file/index.ts';
import { s3Destination } from './s3/index.ts';

export type FindDestination = (kind: string) => Destination<unknown>;

/** Every batch destination by its kind. Config is `unknown` here: parse it with the destination's own schema first. */
export const DESTINATIONS: ReadonlyMap<string, Destination<unknown>> = new Map<string, Destination<unknown>>([
  [fileDestination.kind, fileDestination],
  [s3Destination.kind, s3Destination],
]);

/** Throws destination_kind_unknown, which lists the kinds. */
export const findDestination: FindDestination = (kind) => found(DESTINATIONS, kind);

/** The destinations of one installation: the file destination writes below `fileRoots` only, unless that is empty. */
export function destinationsWith(options: { fileRoots: readonly string[] }): FindDestination {
  if (options.fileRoots.length === 0) {
    return findDestination;
  }
  const confined = new Map(DESTINATIONS).set(
    fileDestination.kind,
    createFileDestination({ allowedRoots: options.fileRoots }),
  );
  return (kind) => found(confined, kind);
}

function found(destinations: ReadonlyMap<string, Destination<unknown>>, kind: string): Destination<unknown> {
  const destination = destinations.get(kind);
  if (destination === undefined) {
    throw new SluiceError({
      code: 'destination_kind_unknown',
      message: `there is no destination kind ${JSON.stringify(kind)}; known are ${[...destinations.keys()].join(', ')}`,
      retryable: false,
      fault: 'customer',
      remedy: 'Use one of the known kinds.',
    });
  }
  return destination;
}

/** Validates and defaults a config. Throws destination_config_invalid, which names the fields and quotes no value. */
export function parseDestinationConfig<Config>(destination: Destination<Config>, input: unknown): Config {
  const parsed = destination.configSchema.safeParse(input);
  if (parsed.success) {
    return parsed.data;
  }
  const problems = parsed.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`,
  );
  throw configInvalid(destination.kind, problems);
}
