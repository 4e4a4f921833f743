import { parseDownloadPlace } from '../core/download-place.ts';
import { SluiceError } from '../core/errors.ts';
import type { AddressPolicy } from '../net/address-policy.ts';
import { createGuardedClient } from '../net/guarded-client.ts';
import { createOutboundNetwork } from '../net/outbound-network.ts';
import type { Destination } from './contract.ts';
import { configInvalid } from './errors.ts';
import { createDownloads, type Downloads } from './download/index.ts';
import { createFileDestination } from './file/index.ts';
import { createAzureBlobDestination } from './azure-blob/index.ts';
import { createBigQueryDestination } from './bigquery/index.ts';
import { createClickHouseDestination } from './clickhouse/index.ts';
import { createGcsDestination } from './gcs/index.ts';
import { createHttpDestination } from './http/index.ts';
import { createPostgresDestination } from './postgres/index.ts';
import { createRedshiftDestination } from './redshift/index.ts';
import { createSnowflakeDestination } from './snowflake/index.ts';
import type { AmbientCredentials } from './s3/credentials.ts';
import { createS3Destination } from './s3/index.ts';

export type FindDestination = (kind: string) => Destination<unknown>;

/** What the operator of an installation decides. */
export interface InstallationOptions {
  /** The file destination writes below these folders only; empty: anywhere. */
  fileRoots?: readonly string[];
  /** Which addresses may be called. */
  policy: AddressPolicy;
  /** The egress proxy of destinations that speak plain HTTP. */
  proxyUrl?: string | undefined;
  /** Where on-demand exports keep what is to be downloaded; absent: there are no downloads. */
  downloads?: string;
  /** Whether the process's own AWS identity may be used. `never` by default. */
  awsAmbientCredentials?: AmbientCredentials;
}

/** Every batch destination. Config is `unknown` here: parse it with the destination's own schema first. */
function createDestinations(options: InstallationOptions): ReadonlyMap<string, Destination<unknown>> {
  const { fileRoots = [], policy, proxyUrl, awsAmbientCredentials: ambientCredentials = 'never' } = options;
  const network = createOutboundNetwork(policy);
  const all: Destination<unknown>[] = [
    createFileDestination(fileRoots.length === 0 ? {} : { allowedRoots: fileRoots }),
    createS3Destination({ network, ambientCredentials }),
    createAzureBlobDestination({ network }),
    createGcsDestination({ network }),
    createPostgresDestination({ network }),
    createClickHouseDestination({ network }),
    createSnowflakeDestination({ network }),
    createBigQueryDestination(),
    createRedshiftDestination({ ambientCredentials }),
    createHttpDestination({ client: createGuardedClient({ policy, proxyUrl, userAgent: 'Sluice-Exports/1' }) }),
  ];
  return new Map(all.map((destination) => [destination.kind, destination]));
}

/** Without any limit of an installation. */
export const DESTINATIONS = createDestinations({ policy: { check: () => ({ allowed: true }) } });

/** Throws destination_kind_unknown, which lists the kinds. */
export const findDestination: FindDestination = (kind) => found(DESTINATIONS, kind);

/** The destinations of one installation. */
export interface Destinations {
  find: FindDestination;
  /** What a team can choose. */
  all: readonly Destination<unknown>[];
  /** Also found by its kind, for those who made it for a team. */
  downloads: Downloads | undefined;
}

export function destinationsWith(options: InstallationOptions): Destinations {
  const destinations = createDestinations(options);
  const place = parseDownloadPlace(options.downloads ?? '');
  const downloads = place && createDownloads(place);
  const known = new Map(destinations);
  if (downloads) {
    known.set(downloads.destination.kind, downloads.destination);
  }
  return { find: (kind) => found(known, kind), all: [...destinations.values()], downloads };
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
