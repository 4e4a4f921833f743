import { Agent, createServer, request as sendRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';

export type ClickHouseSettings = Readonly<Record<string, string>>;

/** Stands in front of ClickHouse and gives every statement settings, as the profile of a user does. */
export interface SettingsProxy {
  port: number;
  /** From now on; `{}` for none. */
  force(settings: ClickHouseSettings): void;
  stop(): Promise<void>;
}

export async function startSettingsProxy(clickhouseUrl: string): Promise<SettingsProxy> {
  let forced: ClickHouseSettings = {};
  const agent = new Agent({ keepAlive: false });
  const forward = (request: IncomingMessage, response: ServerResponse): void => {
    const url = new URL(request.url ?? '/', clickhouseUrl);
    for (const [name, value] of Object.entries(forced)) {
      url.searchParams.set(name, value);
    }
    const headers = { ...request.headers, host: url.host };
    const forwarded = sendRequest(url, { method: request.method, headers, agent }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      pipeline(answer, response, () => undefined);
    });
    forwarded.on('error', () => response.destroy());
    response.on('close', () => forwarded.destroy());
    pipeline(request, forwarded, () => undefined);
  };
  const server = createServer(forward);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    force: (settings) => {
      forced = settings;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
