import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ClientCredentials } from '../core/endpoint-auth.ts';
import type { GuardedClient } from './guarded-client.ts';
import type { HttpFailure, HttpOutcome, HttpResponse } from './outcome.ts';

const TOKEN_TIMEOUT_MS = 10_000;
/** When a token endpoint says nothing of it. */
const DEFAULT_LIFE_SECONDS = 300;
/** A token is not used in its last minute, or last fifth when it lives shortly: clocks differ and requests take time. */
const MARGIN_MS = 60_000;
/** A failing token endpoint is asked once a second, however many events wait. */
const FAILURE_LIFE_MS = 1_000;
const MAX_CACHED = 10_000;

const grantSchema = z.object({
  access_token: z.string().regex(/^[\x21-\x7e]{1,8192}$/),
  token_type: z.string().regex(/^bearer$/i),
  expires_in: z.coerce.number().positive().optional().catch(undefined),
});
/** Error codes of RFC 6749, 5.2: safe to show, unlike a description. */
const refusalSchema = z.object({ error: z.string().regex(/^[a-z_]{1,60}$/) });

export type TokenResult = { token: string; fresh: boolean } | { failure: HttpFailure };

interface Entry {
  result: Promise<Grant>;
  /** Once it is there. */
  token?: string;
  usableUntilMs: number;
}

type Grant = { token: string; usableForMs: number } | { failure: HttpFailure };

/** Access tokens of one process. Requests that need the same token at the same time share one call. */
export class TokenSource {
  readonly #client: GuardedClient;
  readonly #entries = new Map<string, Entry>();

  constructor(client: GuardedClient) {
    this.#client = client;
  }

  /** Never rejects. `fresh`: the token was asked for by this call, over a connection of `pool`. */
  async token(credentials: ClientCredentials, pool?: string): Promise<TokenResult> {
    const key = keyOf(credentials);
    const known = this.#entries.get(key);
    const fresh = known === undefined || known.usableUntilMs <= Date.now();
    const grant = await (fresh ? this.#ask(key, credentials, pool) : known.result);
    return 'failure' in grant ? grant : { token: grant.token, fresh };
  }

  /** The endpoint refused this one: the next call asks for another, unless somebody has asked since. */
  forget(credentials: ClientCredentials, token: string): void {
    const key = keyOf(credentials);
    if (this.#entries.get(key)?.token === token) {
      this.#entries.delete(key);
    }
  }

  #ask(key: string, credentials: ClientCredentials, pool: string | undefined): Promise<Grant> {
    if (this.#entries.size >= MAX_CACHED) {
      this.#entries.clear();
    }
    const entry: Entry = { result: this.#request(credentials, pool), usableUntilMs: Infinity };
    this.#entries.set(key, entry);
    void entry.result.then((grant) => {
      const isToken = 'token' in grant;
      entry.usableUntilMs = Date.now() + (isToken ? grant.usableForMs : FAILURE_LIFE_MS);
      if (isToken) {
        entry.token = grant.token;
      }
    });
    return entry.result;
  }

  async #request(credentials: ClientCredentials, pool: string | undefined): Promise<Grant> {
    const outcome = await this.#client.request({
      method: 'POST',
      url: credentials.tokenUrl,
      headers: headersOf(credentials),
      body: formOf(credentials).toString(),
      timeoutMs: TOKEN_TIMEOUT_MS,
      ...(pool !== undefined && { pool }),
    });
    return outcome.kind === 'response' && outcome.status === 200 ? grantOf(outcome) : { failure: failureOf(outcome) };
  }
}

function keyOf(credentials: ClientCredentials): string {
  return createHash('sha256').update(JSON.stringify(credentials)).digest('base64');
}

function headersOf({ sendIn, clientId, clientSecret }: ClientCredentials): Record<string, string> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
  // RFC 6749, 2.3.1: both are form-encoded before they become Basic.
  const pair = [clientId, clientSecret].map(formEncoded).join(':');
  return sendIn === 'header' ? { ...headers, authorization: `Basic ${Buffer.from(pair).toString('base64')}` } : headers;
}

function formEncoded(text: string): string {
  return new URLSearchParams({ v: text }).toString().slice('v='.length);
}

function formOf({ sendIn, clientId, clientSecret, scope, audience }: ClientCredentials): URLSearchParams {
  return new URLSearchParams({
    grant_type: 'client_credentials',
    ...(scope === undefined ? {} : { scope }),
    ...(audience === undefined ? {} : { audience }),
    ...(sendIn === 'body' ? { client_id: clientId, client_secret: clientSecret } : {}),
  });
}

function grantOf(response: HttpResponse): Grant {
  const parsed = grantSchema.safeParse(jsonOf(response.body));
  if (!parsed.success) {
    const message = 'the token endpoint answered without a usable bearer token';
    return { failure: { kind: 'error', code: 'oauth2_refused', message, timings: response.timings } };
  }
  const lifeMs = (parsed.data.expires_in ?? DEFAULT_LIFE_SECONDS) * 1_000;
  return { token: parsed.data.access_token, usableForMs: lifeMs - Math.min(MARGIN_MS, lifeMs / 5) };
}

function failureOf(outcome: HttpOutcome): HttpFailure {
  const { timings } = outcome;
  if (outcome.kind === 'error') {
    return { ...outcome, message: `the token endpoint could not be called: ${outcome.message}` };
  }
  const { status, body } = outcome;
  const refusal = refusalSchema.safeParse(jsonOf(body));
  const reason = refusal.success ? ` (${refusal.data.error})` : '';
  const message = `the token endpoint answered ${String(status)}${reason}`;
  const refused = status < 500 && status !== 408 && status !== 429;
  return { kind: 'error', code: refused ? 'oauth2_refused' : 'oauth2_unavailable', message, timings };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
