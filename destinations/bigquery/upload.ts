import type { BigQueryApi } from './api.ts';

/** A multiple of 256 KiB, as resumable uploads want; the most that a load holds in memory, twice. */
const PIECE_BYTES = 8 * 1024 * 1024;
const CANCEL_TIMEOUT_MS = 3_000;

/**
 * Uploads `body` as the file of a load job. The job comes to be with the last piece, which is sent only when the body
 * has ended by itself: a source that breaks leaves no job. False: the job's id was taken meanwhile.
 */
export async function uploadLoad(
  api: BigQueryApi,
  job: object,
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<boolean> {
  const url = await api.startUpload(job, signal);
  if (url === false) {
    return false;
  }
  try {
    return await sendAll(api, url, body, signal);
  } catch (error) {
    await api.cancelUpload(url, AbortSignal.timeout(CANCEL_TIMEOUT_MS));
    throw error;
  }
}

async function sendAll(
  api: BigQueryApi,
  url: string,
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<boolean> {
  let from = 0;
  let held: Buffer | undefined;
  for await (const bytes of inPieces(body)) {
    if (held !== undefined) {
      await api.sendPiece(url, { bytes: held, from, total: undefined }, signal);
      from += held.length;
    }
    held = bytes;
  }
  const last = held ?? Buffer.alloc(0);
  return await api.sendPiece(url, { bytes: last, from, total: from + last.length }, signal);
}

/** All of PIECE_BYTES but the last. */
async function* inPieces(body: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let collected: Uint8Array[] = [];
  let length = 0;
  for await (const bytes of body) {
    collected.push(bytes);
    length += bytes.length;
    while (length >= PIECE_BYTES) {
      const whole = Buffer.concat(collected);
      yield whole.subarray(0, PIECE_BYTES);
      collected = [whole.subarray(PIECE_BYTES)];
      length -= PIECE_BYTES;
    }
  }
  if (length > 0) {
    yield Buffer.concat(collected);
  }
}
