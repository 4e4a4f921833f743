import type { Agent as HttpAgent } from 'node:http';
import type { AuthClient } from 'google-auth-library';
import type { OutboundNetwork } from '../../net/outbound-network.ts';
import { heardBody } from '../google/heard-body.ts';
import { type GcsConfig, serviceUrl } from './config.ts';
import { answerOf, gcsError } from './errors.ts';

/*
 * The JSON interface over google-auth-library. Google's own SDK is not used: it takes no abort signal, does not cancel
 * the uploads that it abandons, and its streams hide which of two writers was first.
 */

/** One part over a bad line; a silent connection must end. */
const REQUEST_TIMEOUT_MS = 180_000;
const RETRY = {
  retry: 3,
  retryDelay: 300,
  // Everything here is safe to repeat: writes have conditions, parts have offsets.
  httpMethodsToRetry: ['GET', 'POST', 'PUT', 'DELETE'],
};

/** Of an upload: more is to come; cancelled. */
export const [RESUME, CANCELLED] = [308, 499];

export interface GcsCall {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  url: string;
  action: string;
  params?: Record<string, string>;
  headers?: Record<string, string>;
  body?: unknown;
  responseType?: 'json' | 'text' | 'stream';
  signal: AbortSignal;
}

export interface GcsAnswer<T> {
  status: number;
  headers: Headers;
  data: T;
}

export class GcsApi {
  readonly config: GcsConfig;
  readonly bucketUrl: string;
  readonly uploadUrl: string;
  readonly #auth: AuthClient;
  readonly #agent: HttpAgent | undefined;

  constructor(config: GcsConfig, auth: AuthClient, network: OutboundNetwork | undefined) {
    const base = serviceUrl(config);
    this.config = config;
    this.bucketUrl = `${base}/storage/v1/b/${config.bucket}/o`;
    this.uploadUrl = `${base}/upload/storage/v1/b/${config.bucket}/o`;
    this.#auth = auth;
    this.#agent = base.startsWith('https:') ? network?.httpsAgent : network?.httpAgent;
  }

  objectUrl(key: string): string {
    return `${this.bucketUrl}/${encodeURIComponent(key)}`;
  }

  /** Throws SluiceErrors, and the signal's reason when it is aborted. */
  async send<T>(call: GcsCall): Promise<GcsAnswer<T>> {
    const answer = await this.attempt<T>(call, []);
    return answer as GcsAnswer<T>;
  }

  /** As `send`; an answer with one of `statuses` is given back, with whatever body it has. */
  async attempt<T>(call: GcsCall, statuses: readonly number[]): Promise<GcsAnswer<T | undefined>> {
    const { method, url, params = {}, headers = {}, body, signal, responseType = 'json' } = call;
    signal.throwIfAborted();
    try {
      const answer = await this.#auth.request<T>({
        ...{ method, url, params, headers, signal, responseType },
        ...(body === undefined ? {} : { data: body }),
        ...(responseType === 'stream' ? {} : { timeout: REQUEST_TIMEOUT_MS }),
        ...(this.#agent === undefined ? {} : { agent: this.#agent }),
        adapter: heardBody,
        retryConfig: { ...RETRY },
        validateStatus: (status) => status === RESUME || (status >= 200 && status < 300),
      });
      return { status: answer.status, headers: answer.headers, data: answer.data };
    } catch (error) {
      signal.throwIfAborted();
      const answer = answerOf(error);
      if (answer !== undefined && statuses.includes(answer.status)) {
        return { status: answer.status, headers: new Headers(), data: answer.data as T | undefined };
      }
      throw gcsError(error, call.action, this.config);
    }
  }
}
