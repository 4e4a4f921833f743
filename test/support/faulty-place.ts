import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../dev/free-port.ts';
import { startStack, type Stack, type StackAddresses } from '../../dev/stack.ts';
import { startToxiproxy, type Toxiproxy } from '../../dev/toxiproxy.ts';
import { placeOnSharedServers, type PlaceOfSystem } from './place-of-system.ts';
import { startSettingsProxy, type ClickHouseSettings } from './settings-proxy.ts';

/** The proxies of `faults`. */
export type FaultyServer = 'clickhouse' | 'postgres' | 'temporal';

/** A place whose servers can be taken from its system, and from nobody else, at any time. */
export interface FaultyPlace extends PlaceOfSystem {
  faults: Toxiproxy;
  /** Settings for each statement of the system at ClickHouse. */
  forceSettings(settings: ClickHouseSettings): void;
  /** Past the proxies, for the tests themselves. */
  direct: { clickhouseUrl: string; databaseUrl: string };
}

const ALL = { temporal: true, clickhouse: true, postgres: true };

/** On servers of the caller's, which it ends itself; else on those that the run shares, else on servers of its own. */
export async function placeBehindProxies(given: StackAddresses = {}): Promise<FaultyPlace> {
  const dataDir = await mkdtemp(join(tmpdir(), 'sluice-faulty-'));
  const shared = await placeOnSharedServers();
  const stack = await startStack({ dataDir, parts: ALL, env: { ...shared.external, ...given } });
  const settings = await startSettingsProxy(stack.clickhouseUrl);
  const faults = await startToxiproxy({ dataDir, port: await freePort() }, () => undefined);
  return {
    external: await proxied(faults, stack, settings.port),
    env: shared.env,
    faults,
    forceSettings: settings.force,
    direct: { clickhouseUrl: stack.clickhouseUrl, databaseUrl: stack.databaseUrl },
    remove: async () => {
      await Promise.all([faults.stop(), settings.stop()]);
      await stack.stop();
      await shared.remove();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function proxied(faults: Toxiproxy, stack: Stack, clickhousePort: number): Promise<StackAddresses> {
  const add = async (server: FaultyServer, toPort: number): Promise<string> => {
    const port = await freePort();
    await faults.add(server, toPort, port);
    return String(port);
  };
  const databaseUrl = new URL(stack.databaseUrl);
  databaseUrl.port = await add('postgres', Number(databaseUrl.port));
  return {
    databaseUrl: databaseUrl.href,
    clickhouseUrl: `http://127.0.0.1:${await add('clickhouse', clickhousePort)}`,
    temporalAddress: `127.0.0.1:${await add('temporal', Number(stack.temporalAddress.split(':').at(-1)))}`,
  };
}
