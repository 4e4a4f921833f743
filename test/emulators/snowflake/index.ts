import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Account } from './account.ts';
import type { Fault } from './faults.ts';
import { listen } from './http.ts';
import { Service, type ServiceOptions } from './service.ts';
import { serveStorage } from './storage-http.ts';

export interface SnowflakeEmulator {
  /** For the SDK's `accessUrl`. */
  url: string;
  /** Users, warehouses, privileges. */
  account: Account;
  inject(fault: Fault): void;
  clearFaults(): void;
  /** Runs a statement beside privileges, warehouses and faults; cells as text. Throws what Snowflake would answer. */
  query(sql: string): Promise<Record<string, string | null>[]>;
  /** Statements that clients sent so far. */
  statements(): { sql: string; tag: string; state: string }[];
  /** How many requests came whose `METHOD /path` starts so. */
  requests(start: string): number;
  /** Sessions that are logged in. */
  sessionCount(): number;
  /** Statements that wait for a table's lock. */
  lockWaits(): number;
  expireSessionTokens(): void;
  stop(): Promise<void>;
}

export type SnowflakeEmulatorOptions = Partial<Omit<ServiceOptions, 'directory' | 'storageUrl'>>;

/** An account named `test` on a free port of the loopback, with nothing in it. */
export async function startSnowflakeEmulator(options: SnowflakeEmulatorOptions = {}): Promise<SnowflakeEmulator> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-snowflake-'));
  // The port is known only once the server listens, and the store tells clients its address.
  const started: { service?: Service } = {};
  const service = () => started.service as Service;
  const { server, port } = await listen(
    async (path, request, response) => {
      if (!path.startsWith('/storage/')) {
        return false;
      }
      const injected = service().faults.take(`${request.method ?? ''} ${path}`);
      if (injected?.kind === 'status') {
        response.writeHead(injected.status).end();
      } else if (injected !== undefined) {
        request.socket.destroy();
      } else {
        await serveStorage(service().storage, path.slice('/storage/'.length), request, response);
      }
      return true;
    },
    async (request) => await service().handle(request),
  );
  const url = `http://127.0.0.1:${String(port)}`;
  started.service = await Service.create({
    accountName: 'test',
    maxLobBytes: 16_777_216,
    answerWithinMs: 500,
    idleTransactionAbortMs: 300_000,
    ...options,
    directory,
    storageUrl: `${url}/storage`,
  });
  return {
    url,
    ...controls(started.service),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      service().close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function controls(service: Service): Omit<SnowflakeEmulator, 'url' | 'stop'> {
  return {
    account: service.account,
    inject: (fault) => service.faults.inject(fault),
    clearFaults: () => service.faults.clear(),
    query: async (sql) => await asAdministrator(service, sql),
    statements: () => service.queries.all().map(({ sql, tag, state }) => ({ sql, tag, state })),
    requests: (start) => service.requests.filter((request) => request.startsWith(start)).length,
    sessionCount: () => service.sessions.all().length,
    lockWaits: () => service.locks.waiting(),
    expireSessionTokens: () => service.sessions.expireSessionTokens(),
  };
}

const ADMINISTRATOR = { name: 'ADMINISTRATOR', roles: ['ACCOUNTADMIN'] };

async function asAdministrator(service: Service, sql: string): Promise<Record<string, string | null>[]> {
  const session = await service.openSession(ADMINISTRATOR);
  try {
    const query = service.administration.submit(session, { requestId: randomUUID(), sqlText: sql });
    const { data } = await query.answer;
    if (query.failure !== undefined) {
      throw query.failure;
    }
    const { rowtype, rowset } = data as { rowtype: { name: string }[]; rowset: (string | null)[][] };
    return rowset.map((row) => Object.fromEntries(row.map((cell, index) => [rowtype[index]?.name ?? '', cell])));
  } finally {
    session.connection.closeSync();
  }
}
