import { SluiceError } from '../core/errors.ts';
import type { OutboundNetwork } from '../net/outbound-network.ts';
import type { Destination } from './contract.ts';
import { configInvalid } from './errors.ts';
import { createFileDestination } from './file/index.ts';
import { createClickHouseDestination } from './clickhouse/index.ts';
import { createPostgresDestination } from './postgres/index.ts';
import { createS3Destination } from './s3/index.ts';

export type FindDestination = (kind: string) => Destination<unknown>;

/** What the operator of an installation decides. */
export interface InstallationOptions {
  /** The file destination writes below these folders only; empty: anywhere. */
  fileRoots?: readonly string[];
  /** Which hosts may be reached; absent: any. */
  network?: OutboundNetwork;
}

/** Every batch destination. Config is `unknown` here: parse it with the destination's own schema first. */
export function createDestinations({
  fileRoots = [],
  network,
}: InstallationOptions): ReadonlyMap<string, Destination<unknown>> {
  const reach = network === undefined ? {} : { network };
  const all: Destination<unknown>[] = [
    createFileDestination(fileRoots.length === 0 ? {} : { allowedRoots: fileRoots }),
    createS3Destination(),
    createPostgresDestination(reach),
    createClickHouseDestination(reach),
  ];
  return new Map(all.map((destination) => [destination.kind, destination]));
}

/** Without any limit of an installation. */
export const DESTINATIONS = createDestinations({});

/** Throws destination_kind_unknown, which lists the kinds. */
export const findDestination: FindDestination = (kind) => found(DESTINATIONS, kind);

/** The destinations of one installation. */
export interface Destinations {
  find: FindDestination;
  all: readonly Destination<unknown>[];
}

export function destinationsWith(options: InstallationOptions): Destinations {
  const destinations = createDestinations(options);
  return { find: (kind) => found(destinations, kind), all: [...destinations.values()] };
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
