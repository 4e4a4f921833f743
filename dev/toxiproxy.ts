import { join } from 'node:path';
import { buildGoProgram } from './go-program.ts';
import { Service } from './service.ts';

const VERSION = '2.5.0';

/** Stands between two parts and cuts their connections. */
export interface Toxiproxy {
  /** Port of a new proxy to a port of this machine. */
  add(name: string, toPort: number, port: number): Promise<void>;
  /** Resets every connection through the proxy, open or new, for so long. */
  reset(name: string, ms: number): Promise<void>;
  /** Ends every connection and refuses new ones, until `heal`. */
  cut(name: string): Promise<void>;
  /** Everything that comes from the server comes so much later, until `heal`. */
  delay(name: string, ms: number): Promise<void>;
  /** Not more than so much gets to the server in a second over each connection, until `heal`. */
  narrow(name: string, kilobytesPerSecond: number): Promise<void>;
  /** Nothing comes from the server while connections stay open, until `heal`. */
  hold(name: string): Promise<void>;
  /** Every proxy passes everything on again. */
  heal(): Promise<void>;
  stop(): Promise<void>;
}

/** The cache, or a build from source. The binary of `cmd/server` is called `server`. */
export async function findToxiproxy(onProgress: (line: string) => void): Promise<string> {
  const modulePath = 'github.com/Shopify/toxiproxy/v2/cmd/server';
  const about = 'toxiproxy, which cuts connections';
  return await buildGoProgram({ name: 'server', version: VERSION, modulePath, about }, onProgress);
}

export async function startToxiproxy(
  place: { dataDir: string; port: number },
  onProgress: (line: string) => void,
): Promise<Toxiproxy> {
  const command = await findToxiproxy(onProgress);
  const url = `http://127.0.0.1:${String(place.port)}`;
  const service = await Service.start(
    {
      name: 'toxiproxy',
      command,
      args: ['-host', '127.0.0.1', '-port', String(place.port)],
      stopSignal: 'TERM',
      logFile: join(place.dataDir, 'toxiproxy.log'),
      readyTimeoutMs: 20_000,
      probe: () => ask(`${url}/version`, 'GET'),
    },
    { supervise: false, onProgress, onPid: () => undefined },
  );
  const poison = (
    name: string,
    type: string,
    attributes: Record<string, number>,
    stream: 'downstream' | 'upstream' = 'downstream',
  ): Promise<void> => ask(`${url}/proxies/${name}/toxics`, 'POST', { name: type, type, stream, attributes });
  return {
    add: (name, toPort, port) =>
      ask(`${url}/proxies`, 'POST', {
        name,
        listen: `127.0.0.1:${port}`,
        upstream: `127.0.0.1:${toPort}`,
        enabled: true,
      }),
    reset: async (name, ms) => {
      await poison(name, 'reset_peer', { timeout: 0 });
      await new Promise((resolve) => setTimeout(resolve, ms));
      await ask(`${url}/proxies/${name}/toxics/reset_peer`, 'DELETE');
    },
    cut: (name) => ask(`${url}/proxies/${name}`, 'POST', { enabled: false }),
    delay: (name, ms) => poison(name, 'latency', { latency: ms }),
    narrow: (name, rate) => poison(name, 'bandwidth', { rate }, 'upstream'),
    hold: (name) => poison(name, 'timeout', { timeout: 0 }),
    heal: () => ask(`${url}/reset`, 'POST'),
    stop: () => service.stop(),
  };
}

async function ask(url: string, method: string, body?: Record<string, unknown>): Promise<void> {
  const response = await fetch(url, {
    method,
    signal: AbortSignal.timeout(5_000),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) {
    throw new Error(`toxiproxy answered ${String(response.status)}: ${await response.text()}`);
  }
}
