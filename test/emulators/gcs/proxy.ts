import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApiError } from '../bigquery/api-error.ts';
import { type Authority, OAuthError } from '../bigquery/auth.ts';
import { Preconditions } from './preconditions.ts';
import { Sessions } from './sessions.ts';

export interface GcsRequest {
  method: string;
  url: URL;
  headers: Record<string, string>;
  body: Buffer;
}

export interface GcsReply {
  status: number;
  headers: Record<string, string>;
  body: Buffer | string;
}

export interface GcsProxy {
  endpoint: string;
  seen: GcsRequest[];
  /** Asked for each request; undefined lets it through. */
  inject: (request: GcsRequest) => GcsReply | undefined;
  /** Accounts that may only read. */
  viewers: Set<string>;
  /** Keys of uploads that were begun, and neither finished nor cancelled. */
  openUploads(bucket: string): string[];
  close(): Promise<void>;
}

/** What a proxy knows. */
interface Tools {
  behind: string;
  authority: Authority;
  sessions: Sessions;
  preconditions: Preconditions;
  proxy: GcsProxy;
}

/** Puts in front of fake-gcs-server what it lacks: see the README. */
export async function startGcsProxy(behind: string, authority: Authority): Promise<GcsProxy> {
  const sessions = new Sessions();
  const proxy: GcsProxy = {
    endpoint: '',
    seen: [],
    inject: () => undefined,
    viewers: new Set(),
    openUploads: (bucket) => sessions.open(bucket),
    close: () => Promise.resolve(),
  };
  const tools = { behind, authority, sessions, preconditions: new Preconditions(behind), proxy };
  const server = createServer((request, response) => void serve(tools, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxy.endpoint = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  proxy.close = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  return proxy;
}

async function serve(tools: Tools, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const request = await readRequest(tools.proxy.endpoint, incoming);
    tools.proxy.seen.push(request);
    const { status, headers, body } = tools.proxy.inject(request) ?? (await answer(tools, request));
    response.writeHead(status, headers).end(body);
  } catch (error) {
    // The client has gone, or fake-gcs-server has.
    response.destroy(error as Error);
  }
}

async function readRequest(base: string, incoming: IncomingMessage): Promise<GcsRequest> {
  const pieces: Buffer[] = [];
  for await (const piece of incoming) {
    pieces.push(piece as Buffer);
  }
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
  return {
    method: incoming.method ?? '',
    url: new URL(incoming.url ?? '', base),
    headers,
    body: Buffer.concat(pieces),
  };
}

async function answer(tools: Tools, request: GcsRequest): Promise<GcsReply> {
  try {
    return signIn(tools.authority, request) ?? (await handle(tools, request));
  } catch (error) {
    if (error instanceof OAuthError) {
      return json(400, { error: error.code, error_description: error.message });
    }
    if (error instanceof ApiError) {
      return json(error.status, error.body());
    }
    throw error;
  }
}

/** The addresses of OAuth and IAM. */
function signIn(authority: Authority, { url, headers, body }: GcsRequest): GcsReply | undefined {
  if (url.pathname === '/token') {
    return json(200, authority.grant(new URLSearchParams(body.toString())));
  }
  const account = /^\/v1\/projects\/-\/serviceAccounts\/(.+):generateAccessToken$/.exec(url.pathname)?.[1];
  if (account === undefined) {
    return undefined;
  }
  const { scope } = JSON.parse(body.toString()) as { scope: string[] };
  return json(200, authority.impersonate(headers['authorization'], decodeURIComponent(account), scope));
}

async function handle(
  { behind, authority, sessions, preconditions, proxy }: Tools,
  request: GcsRequest,
): Promise<GcsReply> {
  const caller = authority.caller(request.headers['authorization']);
  if (request.method !== 'GET' && proxy.viewers.has(caller)) {
    const message = `${caller} does not have storage.objects.create access to the Google Cloud Storage object.`;
    throw new ApiError('forbidden', message, 403);
  }
  const settled = sessions.before(request) ?? (await preconditions.before(request));
  if (settled !== undefined) {
    return settled;
  }
  const reply = await forward(behind, request);
  const { location } = reply.headers;
  if (location !== undefined) {
    // fake-gcs-server names itself, and what is sent there would pass this proxy by.
    reply.headers['location'] = location.replace(behind, proxy.endpoint);
  }
  sessions.after(request, reply);
  return reply;
}

const HOP_BY_HOP = ['host', 'connection', 'content-length', 'accept-encoding', 'transfer-encoding', 'keep-alive'];

async function forward(behind: string, { method, url, headers, body }: GcsRequest): Promise<GcsReply> {
  const passed = Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name)));
  const response = await fetch(`${behind}${url.pathname}${url.search}`, {
    method,
    headers: passed,
    redirect: 'manual',
    ...(body.length > 0 && { body: new Uint8Array(body) }),
  });
  const kept = [...response.headers].filter(([name]) => ![...HOP_BY_HOP, 'content-encoding'].includes(name));
  return {
    status: response.status,
    headers: Object.fromEntries(kept),
    body: Buffer.from(await response.arrayBuffer()),
  };
}

export function json(status: number, body: object): GcsReply {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
