import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { errorCode } from '../core/errors.ts';
import { badRequest, CaptureError, tooLarge } from './capture-error.ts';

const gunzipAsync = promisify(gunzip);

export interface EncodedBody {
  bytes: Buffer;
  /** Query parameter `compression`; a form field of that name wins. */
  compression: string | undefined;
  contentEncoding: string | undefined;
}

export interface DecodedBody {
  json: string;
  /** Token sent beside the JSON, as a form field. */
  formToken: string | undefined;
}

const READABLE = new Set(['', 'identity', 'gzip', 'x-gzip', 'gzip-js', 'base64']);
/** Stops a bomb while it inflates: zlib never produces more than the limit. */
const BOMB = 'ERR_BUFFER_TOO_LARGE';

/**
 * The JSON text of a capture body in any of the forms SDKs send: plain, gzip (whatever header or parameter announces
 * it, told by its first bytes), or a form whose `data` is JSON, base64 of JSON or base64 of gzip.
 */
export async function decodeBody(body: EncodedBody, maxBytes: number): Promise<DecodedBody> {
  requireReadable(body.contentEncoding, 'Content-Encoding');
  requireReadable(body.compression, 'compression');
  const bytes = await inflate(body.bytes, maxBytes);
  const text = decodeUtf8(bytes);
  const form = looksLikeForm(text) ? new URLSearchParams(text) : undefined;
  const data = form?.get('data');
  if (form === undefined || data === null || data === undefined) {
    return { json: text, formToken: undefined };
  }
  requireReadable(form.get('compression') ?? undefined, 'compression');
  const formToken = form.get('api_key') ?? form.get('token') ?? undefined;
  return { json: await decodeFormData(data, maxBytes), formToken };
}

/** No JSON document that is an event starts like this. */
function looksLikeForm(text: string): boolean {
  return /^[A-Za-z_]{1,32}=/.test(text);
}

async function decodeFormData(data: string, maxBytes: number): Promise<string> {
  const trimmed = data.trim();
  if (trimmed.startsWith('{') || trimmed.startsWith('[')) {
    return trimmed;
  }
  // A plus sign that was not percent-encoded has become a space.
  const base64 = trimmed.replaceAll(' ', '+');
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(base64)) {
    throw badRequest('invalid_base64', 'the form field data is neither JSON nor base64', 'data');
  }
  return decodeUtf8(await inflate(Buffer.from(base64, 'base64'), maxBytes));
}

function requireReadable(encoding: string | undefined, name: string): void {
  if (!READABLE.has((encoding ?? '').trim().toLowerCase())) {
    throw new CaptureError({
      status: 415,
      code: 'unsupported_compression',
      message: `${name} ${JSON.stringify(encoding)} is not supported`,
      remedy: 'Send the body plain, or compressed with gzip.',
    });
  }
}

async function inflate(bytes: Buffer, maxBytes: number): Promise<Buffer> {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (!isGzip) {
    return withinLimit(bytes, maxBytes);
  }
  try {
    return await gunzipAsync(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    throw errorCode(error) === BOMB ? bodyTooLarge(maxBytes) : badRequest('invalid_gzip', 'the gzip body is damaged');
  }
}

function withinLimit(bytes: Buffer, maxBytes: number): Buffer {
  if (bytes.length > maxBytes) {
    throw bodyTooLarge(maxBytes);
  }
  return bytes;
}

export function bodyTooLarge(maxBytes: number): CaptureError {
  return tooLarge('body_too_large', `the body is larger than ${String(maxBytes)} bytes`);
}

/** Strict: a byte that is no UTF-8 would otherwise be stored as something the sender never sent. */
function decodeUtf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw badRequest('invalid_utf8', 'the body is not valid UTF-8');
  }
}
