import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClickHouse, type ClickHouse } from '../../clickhouse/client.ts';
import { connectTemporal, type TemporalClient } from '../../client/temporal.ts';
import { loadConfig, type Config } from '../../config.ts';
import { apiClient, type ApiCall } from '../../dev/api-client.ts';
import { startSystem, type System } from '../../dev/system.ts';
import { grantTeam, type TeamAccess } from '../../setup.ts';
import { OWN_SERVERS, placeOnSharedServers, type PlaceOfSystem } from './place-of-system.ts';

/** How late a row may become visible in tests; the run of an interval starts reading this long after its end. */
export const TEST_VISIBILITY_BOUND_MS = 4_000;

/** What node runs as `sluice`, where jest.config.js has had it built; otherwise the sources. */
const { builtProgram } = globalThis as { builtProgram?: string[] };

/**
 * A whole system: real servers, `sluice server` and `sluice worker` as processes, in a folder of its own. `npm test` lets
 * systems share the servers, each with databases and a namespace of its own.
 */
export interface TestSystem {
  system: System;
  config: Config;
  clickhouse: ClickHouse;
  temporal: TemporalClient;
  /** Scratch folder, removed at the end. */
  directory: string;
  /** A fresh team with its API and capture access: tests of one system do not see each other's events. */
  newTeam(name?: string): Promise<TeamAccess & { api: ApiCall }>;
  stop(): Promise<void>;
}

export interface TestSystemOptions {
  s3?: boolean;
  env?: Record<string, string>;
  /** For tests that end servers or read all that they write. */
  ownServers?: boolean;
  /** Of a system from before, whose data it takes over; kept when it stops. Absent: a fresh one. */
  directory?: string;
  /** Removed with the system. Absent: on the servers that the run shares. */
  place?: PlaceOfSystem;
}

export async function startTestSystem(options: TestSystemOptions = {}): Promise<TestSystem> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'sluice-test-')));
  const place = options.place ?? (options.ownServers === true ? OWN_SERVERS : await placeOnSharedServers());
  const system = await startSystem({
    dataDir: join(directory, 'data'),
    s3: options.s3 ?? false,
    supervise: false,
    external: place.external,
    ...(builtProgram === undefined ? {} : { program: builtProgram }),
    env: {
      SLUICE_VISIBILITY_BOUND_MS: String(TEST_VISIBILITY_BOUND_MS),
      SLUICE_CAPTURE_INSERT_TIMEOUT_MS: String(TEST_VISIBILITY_BOUND_MS - 1_000),
      SLUICE_DELIVERY_SHARDS: '2',
      SLUICE_LOG_LEVEL: 'warn',
      ...place.env,
      ...options.env,
    },
  });
  const config = loadConfig(system.env);
  const clickhouse = createClickHouse(config.clickhouse);
  const temporal = await connectTemporal(config.temporal);
  return {
    system,
    config,
    clickhouse,
    temporal,
    directory,
    newTeam: async (name = `team ${String(Math.random())}`) => {
      const access = await grantTeam(config, name);
      return { ...access, api: apiClient(system.apiUrl, access.apiKey) };
    },
    stop: async () => {
      await Promise.all([temporal.close(), clickhouse.close()]);
      await system.stop();
      await place.remove();
      if (options.directory === undefined) {
        await rm(directory, { recursive: true, force: true });
      }
    },
  };
}
