import { Agent as HttpAgent, type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { OutboundNetwork } from '../../net/outbound-network.ts';
import type { ClickHouseConfig } from './config.ts';
import { connectionError, refusalOf } from './errors.ts';

/** A silent connection. A statement that copies an interval says nothing until it is done. */
const IDLE_TIMEOUT_MS = 10 * 60_000;
const CONNECT_TIMEOUT_MS = 5_000;
/** Answers are small: names, counts, one ledger row. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

export interface HttpStatement {
  /** In the URL: statement, parameters, settings. Never credentials. */
  query: Readonly<Record<string, string>>;
  body: string | AsyncIterable<Uint8Array>;
  signal: AbortSignal;
}

/** ClickHouse's HTTP interface: one statement per request; answers with the whole result. */
export interface Transport {
  /** Throws SluiceErrors of errors.ts, the signal's reason, or what the body threw. */
  send(statement: HttpStatement): Promise<string>;
  close(): void;
}

export function createTransport(config: ClickHouseConfig, network: OutboundNetwork | undefined): Transport {
  const secure = config.url.startsWith('https:');
  const own = network === undefined ? new (secure ? HttpsAgent : HttpAgent)({ keepAlive: true }) : undefined;
  const agent = own ?? (secure ? network?.httpsAgent : network?.httpAgent);
  const open = (statement: HttpStatement): ClientRequest => {
    const url = new URL(config.url);
    url.search = new URLSearchParams(statement.query).toString();
    const headers = { 'X-ClickHouse-User': config.username, 'X-ClickHouse-Key': config.password };
    const options = { method: 'POST', agent, signal: statement.signal, headers, timeout: IDLE_TIMEOUT_MS };
    return secure ? httpsRequest(url, options) : httpRequest(url, options);
  };
  return {
    send: (statement) => exchange(() => open(statement), statement),
    close: () => own?.destroy(),
  };
}

async function exchange(open: () => ClientRequest, { body, signal }: HttpStatement): Promise<string> {
  signal.throwIfAborted();
  const request = watched(open());
  const answer = answerOf(request);
  let source: { error: unknown } | undefined;
  // Not awaited: a source that hangs must not hold what the connection has to say.
  send(request, body, answer).catch((error: unknown) => {
    source = { error };
    // A clean end of the body would say that the rows were complete.
    request.destroy();
  });
  try {
    return await readAnswer(await answer);
  } catch (error) {
    signal.throwIfAborted();
    throw source === undefined ? connectionError(error) : source.error;
  } finally {
    if (!request.writableEnded) {
      request.destroy();
    }
  }
}

function watched(request: ClientRequest): ClientRequest {
  const timer = setTimeout(() => request.destroy(timedOut('CONNECT_TIMEOUT')), CONNECT_TIMEOUT_MS);
  const stop = (): void => clearTimeout(timer);
  request.once('close', stop);
  request.once('socket', (socket) => {
    if (socket.connecting) {
      socket.once('connect', stop);
    } else {
      stop();
    }
  });
  return request.on('timeout', () => request.destroy(timedOut('IDLE_TIMEOUT')));
}

function timedOut(code: string): Error {
  return Object.assign(new Error('the server was silent for too long'), { code });
}

function answerOf(request: ClientRequest): Promise<IncomingMessage> {
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve);
    request.on('error', reject);
    request.once('close', () => reject(timedOut('CLOSED')));
  });
  answer.catch(() => undefined);
  return answer;
}

/** Stops when the server answers early, which it does for an INSERT that it refuses. */
async function send(
  request: ClientRequest,
  body: HttpStatement['body'],
  answer: Promise<IncomingMessage>,
): Promise<void> {
  if (typeof body === 'string') {
    request.end(body);
    return;
  }
  const state = { over: false };
  const end = (): void => {
    state.over = true;
  };
  const settled = answer.then(end, end);
  for await (const bytes of body) {
    if (state.over) {
      return;
    }
    if (!request.write(bytes)) {
      await Promise.race([settled, new Promise((resolve) => request.once('drain', resolve))]);
    }
  }
  request.end();
}

async function readAnswer(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) {
      throw timedOut('ANSWER_TOO_LARGE');
    }
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString('utf8');
  const header = response.headers['x-clickhouse-exception-code'];
  const exceptionCode = typeof header === 'string' ? header : undefined;
  const status = response.statusCode ?? 0;
  if (status !== 200 || exceptionCode !== undefined || LATE_EXCEPTION.test(text)) {
    throw refusalOf({ status, exceptionCode, text });
  }
  return text;
}

/** An error after the headers is written into the body, at the beginning of a line; no answer that is asked for has one. */
const LATE_EXCEPTION = /^Code: \d+\. DB::Exception: /m;
