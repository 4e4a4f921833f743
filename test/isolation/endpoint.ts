import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export const FAULTS = ['hanging', 'dripping', 'flooding', 'failing', 'resetting'] as const;
export type Behaviour = (typeof FAULTS)[number] | 'well';

const DRIP_EVERY_MS = 20;
const FLOOD = Buffer.alloc(64 * 1024, 'x');

/** A webhook's endpoint on a real socket that behaves as it is told, and remembers what it has taken, and when. */
export class Endpoint {
  behaviour: Behaviour = 'well';
  /** How long it takes to answer when it is well. */
  answerMs = 0;
  /** By uuid of the event: milliseconds of `Date.now()`, one for each time that it was taken. */
  readonly taken = new Map<string, number[]>();
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        this.#react(response, Buffer.concat(chunks).toString());
      });
    });
  }

  static async start(): Promise<Endpoint> {
    const endpoint = new Endpoint();
    await new Promise<void>((resolve) => {
      endpoint.#server.listen(0, '127.0.0.1', resolve);
    });
    return endpoint;
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}/`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #react(response: ServerResponse, body: string): void {
    switch (this.behaviour) {
      case 'hanging':
        return;
      case 'failing':
        response.writeHead(500).end();
        return;
      case 'resetting':
        response.socket?.resetAndDestroy();
        return;
      case 'dripping':
        drip(response);
        return;
      case 'flooding':
        flood(response);
        return;
      case 'well':
        this.#take(response, body);
    }
  }

  #take(response: ServerResponse, body: string): void {
    const { uuid } = (JSON.parse(body) as { data: { uuid: string } }).data;
    this.taken.set(uuid, [...(this.taken.get(uuid) ?? []), Date.now()]);
    setTimeout(() => response.end(), this.answerMs);
  }
}

function drip(response: ServerResponse): void {
  response.writeHead(200, { 'content-length': 1_000_000 });
  const timer = setInterval(() => response.write('.'), DRIP_EVERY_MS);
  response.on('close', () => {
    clearInterval(timer);
  });
}

/** An error page without an end. */
function flood(response: ServerResponse): void {
  response.writeHead(500);
  const more = (): void => {
    while (!response.destroyed && response.write(FLOOD)) {
      // until the receiver's buffers are full
    }
  };
  response.on('drain', more);
  more();
}
