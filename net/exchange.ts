import type { Dispatcher } from 'undici';
import type { ConnectionTimings } from './connection-phases.ts';
import { failureOf } from './error-codes.ts';
import type { HttpErrorCode, HttpOutcome, HttpTimings } from './outcome.ts';
import { ResponseBody } from './response-body.ts';

export interface ExchangeLimits {
  /** Total time, from the call to the last byte of the response. */
  timeoutMs: number;
  /** Time until the response's headers; not above `timeoutMs`. */
  headersTimeoutMs: number;
  maxResponseBytes: number;
  /** Bytes beyond the cap that are read and dropped, so that the connection can be kept. */
  maxDrainBytes: number;
}

export interface ExchangeHooks {
  settled(exchange: Exchange, outcome: HttpOutcome): void;
  /**
   * Asked when a request failed before a byte of its response came. True when the connection had served earlier
   * requests, so it died while idle, and the request was started again.
   */
  startAgain(exchange: Exchange, error: unknown): boolean;
  /** Why a request that never reached a connection has waited in vain; `made`: how far the one for it has come. */
  reasonForNoConnection(made: ConnectionTimings | undefined): { code: HttpErrorCode; message: string };
}

type Headers = Record<string, string | string[] | undefined>;

/**
 * One request from dispatch to outcome, over at most two connections. Settles exactly once: whatever comes first of the
 * response's end, its size limit, an error, a time limit and an abort. Everything after that is ignored.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #limits: ExchangeLimits;
  readonly #hooks: ExchangeHooks;
  readonly #startedMs = performance.now();
  #timer: NodeJS.Timeout;
  #controller: Dispatcher.DispatchController | undefined;
  #body: ResponseBody | undefined;
  #status = 0;
  #headers: Record<string, string> = {};
  #connection: ConnectionTimings | undefined;
  #sentMs = 0;
  #firstByteMs: number | undefined;
  #responseBegan = false;
  #settled = false;

  constructor(limits: ExchangeLimits, hooks: ExchangeHooks) {
    this.#limits = limits;
    this.#hooks = hooks;
    this.#timer = setTimeout(onTimeout, limits.headersTimeoutMs, this);
  }

  get settled(): boolean {
    return this.#settled;
  }

  /** A connection is made for this request: what it takes is to be filled in. */
  connecting(): ConnectionTimings {
    this.#connection = {};
    return this.#connection;
  }

  /** There is a connection, and the request is being written to it. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    this.#sentMs = performance.now();
    if (this.#settled) {
      controller.abort(CUT);
    }
  }

  /** The first byte of a response, long before its headers are complete. */
  onResponseStarted(): void {
    this.#responseBegan = true;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Headers): void {
    if (this.#settled || status < 200) {
      return;
    }
    this.#status = status;
    this.#headers = flatten(headers);
    const nowMs = performance.now();
    this.#firstByteMs = nowMs - this.#sentMs;
    this.#body = new ResponseBody(this.#limits.maxResponseBytes);
    this.#waitForBody(nowMs - this.#startedMs);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#settled || this.#body === undefined) {
      return;
    }
    this.#body.add(chunk);
    if (this.#body.receivedBytes > this.#limits.maxResponseBytes + this.#limits.maxDrainBytes) {
      this.#respond(this.#body);
      controller.abort(CUT);
    }
  }

  onResponseEnd(): void {
    this.#respond(this.#body ?? new ResponseBody(0));
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: unknown): void {
    if (this.#settled) {
      return;
    }
    this.#controller = undefined;
    if (!this.#responseBegan && this.#hooks.startAgain(this, error)) {
      return;
    }
    const { code, message } = failureOf(error);
    this.fail(code, message);
  }

  onRequestUpgrade(controller: Dispatcher.DispatchController): void {
    this.fail('protocol_error', 'the endpoint switched protocols without being asked');
    controller.abort(CUT);
  }

  fail(code: HttpErrorCode, message: string): void {
    if (this.#settled) {
      return;
    }
    this.#settle({ kind: 'error', code, message, timings: this.#timings() });
    this.#controller?.abort(CUT);
  }

  /** Called by the timer. */
  timeOut(): void {
    if (this.#body !== undefined) {
      this.fail('total_timeout', `the response was not complete after ${String(this.#limits.timeoutMs)} ms`);
    } else if (this.#controller === undefined) {
      const { code, message } = this.#hooks.reasonForNoConnection(this.#connection);
      this.fail(code, message);
    } else {
      const { headersTimeoutMs, timeoutMs } = this.#limits;
      const code = headersTimeoutMs < timeoutMs ? 'headers_timeout' : 'total_timeout';
      this.fail(code, `no response came within ${String(headersTimeoutMs)} ms`);
    }
  }

  #waitForBody(elapsedMs: number): void {
    const { timeoutMs, headersTimeoutMs } = this.#limits;
    if (headersTimeoutMs < timeoutMs) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(onTimeout, timeoutMs - elapsedMs, this);
    }
  }

  #respond(body: ResponseBody): void {
    if (this.#settled) {
      return;
    }
    const encoding = this.#headers['content-encoding'] ?? 'identity';
    // Never decompressed: a few bytes could become gigabytes. Its bytes are no text either.
    const readable = encoding === 'identity' || encoding === '';
    this.#settle({
      kind: 'response',
      status: this.#status,
      headers: this.#headers,
      body: readable ? body.text() : '',
      bodyTruncated: body.truncated || (!readable && body.receivedBytes > 0),
      timings: this.#timings(),
    });
  }

  #settle(outcome: HttpOutcome): void {
    this.#settled = true;
    clearTimeout(this.#timer);
    this.#hooks.settled(this, outcome);
  }

  #timings(): HttpTimings {
    const made = this.#connection;
    return {
      totalMs: performance.now() - this.#startedMs,
      dnsMs: made?.dnsMs,
      connectMs: made?.connectMs,
      tlsMs: made?.tlsMs,
      firstByteMs: this.#firstByteMs,
    };
  }
}

/** One object for all: an abort's reason is never shown, and an Error's stack trace costs more than a request. */
const CUT = Object.assign(new Error('cut by the client'), { code: 'UND_ERR_ABORTED' });

function onTimeout(exchange: Exchange): void {
  exchange.timeOut();
}

function flatten(headers: Headers): Record<string, string> {
  for (const name in headers) {
    const value = headers[name];
    if (typeof value !== 'string') {
      headers[name] = value?.join(', ') ?? '';
    }
  }
  return headers as Record<string, string>;
}
