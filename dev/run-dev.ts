import { join } from 'node:path';
import { ensureConsole } from './console.ts';
import { loadConfig } from '../config.ts';
import { firstOwnerLink } from '../setup.ts';
import type { PortName } from './ports.ts';
import { startSystem, type System } from './system.ts';
import type { StackAddresses } from './stack.ts';

/** Server addresses of the environment: each given one replaces the embedded part. */
export function externalAddresses(env: NodeJS.ProcessEnv): StackAddresses {
  const { TEMPORAL_ADDRESS, CLICKHOUSE_URL, DATABASE_URL, SLUICE_DEV_S3_ENDPOINT } = env;
  return {
    ...(TEMPORAL_ADDRESS ? { temporalAddress: TEMPORAL_ADDRESS } : {}),
    ...(CLICKHOUSE_URL ? { clickhouseUrl: CLICKHOUSE_URL } : {}),
    ...(DATABASE_URL ? { databaseUrl: DATABASE_URL } : {}),
    ...(SLUICE_DEV_S3_ENDPOINT ? { s3Endpoint: SLUICE_DEV_S3_ENDPOINT } : {}),
  };
}

/** Ports that the environment sets for embedded servers. */
export function devPorts(env: NodeJS.ProcessEnv): Partial<Record<PortName, number>> {
  const variables: Record<PortName, string> = {
    temporal: 'SLUICE_DEV_TEMPORAL_PORT',
    temporalUi: 'SLUICE_DEV_TEMPORAL_UI_PORT',
    clickhouse: 'SLUICE_DEV_CLICKHOUSE_PORT',
    postgres: 'SLUICE_DEV_POSTGRES_PORT',
    s3: 'SLUICE_DEV_S3_PORT',
  };
  return Object.fromEntries(
    Object.entries(variables)
      .map(([name, variable]) => [name, Number(env[variable])] as const)
      .filter(([, port]) => Number.isInteger(port) && port > 0),
  );
}

export function devDataDir(env: NodeJS.ProcessEnv): string {
  return join(env['SLUICE_DATA_DIR'] ?? '.sluice', 'dev');
}

/** `sluice dev`: the whole system on this machine; a part that dies is restarted with its data. */
export async function runDev(options: { s3?: boolean; json?: boolean }): Promise<{
  done: Promise<void>;
  stop(): Promise<void>;
}> {
  const onProgress = (line: string): void => {
    console.error(line);
  };
  await ensureConsole(onProgress);
  const system = await startSystem({
    dataDir: devDataDir(process.env),
    s3: options.s3 ?? false,
    external: externalAddresses(process.env),
    ports: devPorts(process.env),
    supervise: true,
    onProgress,
  });
  const ownerLink = await firstOwnerLink(loadConfig({ ...process.env, ...system.env }), system.apiUrl);
  const shown = { ...addresses(system), firstOwnerUrl: ownerLink };
  console.log(options.json === true ? JSON.stringify(shown) : addressTable(shown));
  let settle: () => void;
  const done = new Promise<void>((resolve) => {
    settle = resolve;
  });
  return {
    done,
    stop: async () => {
      await system.stop();
      settle();
    },
  };
}

export function addresses({ apiUrl, access, stack }: System): Record<string, string | undefined> {
  return {
    consoleUrl: `${apiUrl}/console/`,
    apiUrl,
    apiKey: access.apiKey,
    captureToken: access.captureToken,
    temporalUiUrl: stack.temporalUiUrl,
    temporalAddress: stack.temporalAddress,
    clickhouseUrl: stack.clickhouseUrl,
    s3Endpoint: stack.s3?.endpoint,
  };
}

function addressTable(shown: Record<string, string | undefined>): string {
  return Object.entries(shown)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name.padEnd(16)} ${value ?? ''}`)
    .join('\n');
}
