import type { Dispatcher } from 'undici';
import type { ConnectionTimings } from './connection-phases.ts';
import { failureOf } from './error-codes.ts';
import { inTurn } from './in-turn.ts';
import type { HttpErrorCode, HttpOutcome, HttpTimings } from './outcome.ts';
import { ResponseBody } from './response-body.ts';

export interface ExchangeLimits {
  /** Total time, from the call to the last byte of the response. */
  timeoutMs: number;
  /** From the moment when the request is written to a connection to the response's headers. Absent: only the total counts. */
  headersTimeoutMs: number | undefined;
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
  /** The timer is that of the headers. */
  #headersDue = false;
  /** The timer has gone off. */
  #expired = false;
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
    this.#timer = setTimeout(onTimeout, limits.timeoutMs, this);
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
      return;
    }
    const { headersTimeoutMs } = this.#limits;
    if (headersTimeoutMs !== undefined && headersTimeoutMs < this.#leftMs(this.#sentMs)) {
      this.#headersDue = true;
      this.#wait(headersTimeoutMs);
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
    this.#headersAreDealtWith(nowMs);
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
      this.#headersAreDealtWith(performance.now());
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

  /** Called by the timer. What comes in before its turn counts. */
  expire(): void {
    this.#expired = true;
    inTurn(() => {
      if (this.#expired && !this.#settled) {
        this.#timeOut();
      }
    });
  }

  #timeOut(): void {
    if (this.#body !== undefined) {
      this.fail('total_timeout', `the response was not complete after ${String(this.#limits.timeoutMs)} ms`);
    } else if (this.#controller === undefined) {
      const { code, message } = this.#hooks.reasonForNoConnection(this.#connection);
      this.fail(code, message);
    } else if (this.#headersDue) {
      this.fail('headers_timeout', `no response began within ${String(this.#limits.headersTimeoutMs)} ms`);
    } else {
      this.fail('total_timeout', `no response came within ${String(this.#limits.timeoutMs)} ms`);
    }
  }

  /** Nor are they waited for when the request is made once more. From here on the total time counts again. */
  #headersAreDealtWith(nowMs: number): void {
    if (this.#headersDue) {
      this.#headersDue = false;
      this.#wait(this.#leftMs(nowMs));
    }
  }

  #leftMs(nowMs: number): number {
    return this.#limits.timeoutMs - (nowMs - this.#startedMs);
  }

  #wait(ms: number): void {
    clearTimeout(this.#timer);
    this.#expired = false;
    this.#timer = setTimeout(onTimeout, ms, this);
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
  exchange.expire();
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
