import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectTemporal, type TemporalClient } from '../../client/temporal.ts';
import { freePort } from '../../dev/free-port.ts';
import { Service } from '../../dev/service.ts';
import { temporalService } from '../../dev/temporal.ts';
import type { SmallDisk } from './small-disk.ts';

export interface TestTemporal {
  address: string;
  uiUrl: string;
  temporal: TemporalClient;
  /**
   * Makes its database read-only, or writable again, while it runs. SQLite looks before each write whether its file still has the
   * name that it was opened by, refuses with SQLITE_READONLY when it has another one, and reads on.
   */
  setDatabase(to: 'read-only' | 'writable'): Promise<void>;
  /** What it has logged: warnings and errors. */
  log(): Promise<string>;
  /** Ends it, throws away all that it knows, and starts it again at its address. */
  lose(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Temporal's own dev server with nothing else: for what the time-skipping test server lacks, such as Schedules.
 * `settings` are its dynamic configuration; `disk` has its database.
 */
export async function startTestTemporal(
  settings: Record<string, string> = {},
  disk?: SmallDisk,
): Promise<TestTemporal> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-temporal-'));
  const dataDir = disk?.path ?? folder;
  const [port, uiPort] = [await freePort(), await freePort()];
  const spec = await temporalService({ dataDir: disk?.inside ?? folder, port, uiPort }, () => undefined);
  const dynamic = Object.entries(settings).flatMap(([name, value]) => ['--dynamic-config-value', `${name}=${value}`]);
  const options = { supervise: false, onProgress: () => undefined, onPid: () => undefined };
  const args = [...spec.args, ...dynamic];
  const program = disk?.within(spec.command, args) ?? { args };
  const logFile = join(folder, 'temporal.log');
  const database = join(dataDir, 'temporal.db');
  const renamed = join(dataDir, 'renamed.db');
  const start = (): Promise<Service> => Service.start({ ...spec, ...program, logFile }, options);
  let service = await start();
  const address = `127.0.0.1:${port}`;
  const temporal = await connectTemporal({ address, namespace: 'default', tls: false });
  return {
    address,
    uiUrl: `http://127.0.0.1:${uiPort}`,
    temporal,
    setDatabase: async (to) => {
      if ((to === 'read-only') !== existsSync(renamed)) {
        await (to === 'read-only' ? rename(database, renamed) : rename(renamed, database));
      }
    },
    log: () => readFile(logFile, 'utf8'),
    lose: async () => {
      await service.stop();
      const files = (await readdir(dataDir)).filter((name) => name.startsWith('temporal.db'));
      await Promise.all(files.map((name) => rm(join(dataDir, name))));
      service = await start();
    },
    stop: async () => {
      await temporal.close();
      await service.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
