import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from '../../core/errors.ts';
import type { GuardedClient } from '../../net/guarded-client.ts';
import { halves } from './batches.ts';
import { bodyOf, contentHeaders } from './body.ts';
import type { HttpConfig } from './config.ts';
import { failureOf } from './errors.ts';

export interface Lines {
  /** Stable over attempts: the same rows in the same place have the same. */
  place: string;
  rows: number;
  lines: Buffer;
}

export interface SenderOptions {
  client: GuardedClient;
  config: HttpConfig;
  /** Of the first pause; each further one is twice as long. */
  retryDelayMs: number;
  signal: AbortSignal;
  /** When it ends, this batch may be sent; it is packed before. */
  turn: Promise<void>;
}

/** Tries of one batch. Longer outages are the activity's to retry. */
const MAX_TRIES = 5;

/** Sends a batch until it is acknowledged. Throws the last failure, or the signal's reason. */
export async function sendLines(options: SenderOptions, batch: Lines): Promise<void> {
  try {
    await sendWithRetries(options, batch);
  } catch (error) {
    if (errorCode(error) !== 'http_target_row_too_large' || batch.rows === 1) {
      throw error;
    }
    for (const [index, half] of halves(batch.lines, batch.rows).entries()) {
      await sendLines(options, { ...half, place: `${batch.place}.${String(index)}` });
    }
  }
}

async function sendWithRetries(options: SenderOptions, batch: Lines): Promise<void> {
  const { config, signal } = options;
  const body = await bodyOf(batch.lines, config);
  const headers = headersOf(config, batchId(batch));
  await options.turn;
  for (let tries = 1; ; tries += 1) {
    signal.throwIfAborted();
    const timeoutMs = config.timeoutSeconds * 1_000;
    const { method, url } = config;
    const failure = failureOf(await options.client.request({ method, url, headers, body, timeoutMs, signal }));
    signal.throwIfAborted();
    if (failure === undefined) {
      return;
    }
    if (!failure.retryable || tries >= MAX_TRIES) {
      throw failure;
    }
    await pause(failure.retryAfterMs ?? options.retryDelayMs * 2 ** (tries - 1), signal);
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw error;
  });
}

/** Also of the content: another plan or another order of rows must never pass for what was sent before. */
export function batchId({ place, lines }: Pick<Lines, 'place' | 'lines'>): string {
  return createHash('sha256').update(place).update('\0').update(lines).digest('hex').slice(0, 40);
}

export function headersOf(config: HttpConfig, id: string): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(config.headers)) {
    headers[name.toLowerCase()] = value;
  }
  return {
    ...headers,
    ...contentHeaders(config),
    ...authorization(config),
    'idempotency-key': id,
    'x-sluice-batch-id': id,
  };
}

function authorization({ auth, token = '', username = '', password = '' }: HttpConfig): Record<string, string> {
  switch (auth) {
    case 'bearer':
      return { authorization: `Bearer ${token}` };
    case 'basic':
      return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` };
    case 'none':
      return {};
  }
}
