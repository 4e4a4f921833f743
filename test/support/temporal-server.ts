import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectTemporal, type TemporalClient } from '../../client/temporal.ts';
import { freePort } from '../../dev/free-port.ts';
import { Service } from '../../dev/service.ts';
import { temporalService } from '../../dev/temporal.ts';

export interface TestTemporal {
  address: string;
  uiUrl: string;
  temporal: TemporalClient;
  /** Ends it, throws away all that it knows, and starts it again at its address. */
  lose(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Temporal's own dev server with nothing else: for what the time-skipping test server lacks, such as Schedules.
 * `settings` are its dynamic configuration.
 */
export async function startTestTemporal(settings: Record<string, string> = {}): Promise<TestTemporal> {
  const dataDir = await mkdtemp(join(tmpdir(), 'sluice-temporal-'));
  const [port, uiPort] = [await freePort(), await freePort()];
  const spec = await temporalService({ dataDir, port, uiPort }, () => undefined);
  const dynamic = Object.entries(settings).flatMap(([name, value]) => ['--dynamic-config-value', `${name}=${value}`]);
  const options = { supervise: false, onProgress: () => undefined, onPid: () => undefined };
  const start = (): Promise<Service> => Service.start({ ...spec, args: [...spec.args, ...dynamic] }, options);
  let service = await start();
  const address = `127.0.0.1:${port}`;
  const temporal = await connectTemporal({ address, namespace: 'default', tls: false });
  return {
    address,
    uiUrl: `http://127.0.0.1:${uiPort}`,
    temporal,
    lose: async () => {
      await service.stop();
      const files = (await readdir(dataDir)).filter((name) => name.startsWith('temporal.db'));
      await Promise.all(files.map((name) => rm(join(dataDir, name))));
      service = await start();
    },
    stop: async () => {
      await temporal.close();
      await service.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
