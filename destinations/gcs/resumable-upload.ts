import { createHash } from 'node:crypto';
import type { UploadOutcome } from '../object-store/store.ts';
import { CANCELLED, type GcsAnswer, type GcsApi, RESUME } from './api.ts';
import { failed } from './errors.ts';
import { UNAVAILABLE } from './faults.ts';
import type { ObjectResource } from './objects.ts';

/** All pieces but the last have a multiple of this. */
const QUANTUM_BYTES = 256 * 1024;
/** Google may keep less than it was sent; as often in a row without any progress is a failure. */
const STALLED_ROUNDS = 5;
const [NOT_FOUND, GONE, PRECONDITION_FAILED] = [404, 410, 412];
const UNKNOWN_UPLOAD = [NOT_FOUND, GONE, CANCELLED];

/** Who asks for the next piece before it is its turn, by number. */
type Waiting = Map<number, () => void>;

export interface FinishedUpload {
  object: ObjectResource;
  /** Of what was sent. */
  md5: string;
}

/**
 * A resumable upload takes its bytes in order and ends with a piece that says so. So parts wait for their turn, and the
 * last bytes of each (at least one, below one quantum more) are kept back until it is known whether more follow.
 */
export class ResumableUpload {
  private readonly api: GcsApi;
  private readonly key: string;
  /** Undefined: refused from the start, because the object is there. */
  private readonly sessionUrl: string | undefined;
  private readonly hash = createHash('md5');
  private readonly waiting: Waiting = new Map();
  private kept: Uint8Array = Buffer.alloc(0);
  private sentBytes = 0;
  private nextPart = 1;

  constructor(api: GcsApi, key: string, sessionUrl: string | undefined) {
    this.api = api;
    this.key = key;
    this.sessionUrl = sessionUrl;
  }

  async append(partNumber: number, body: Uint8Array, signal: AbortSignal): Promise<void> {
    await this.turnOf(partNumber, signal);
    if (this.sessionUrl !== undefined) {
      this.hash.update(body);
      const bytes = Buffer.concat([this.kept, body]);
      const ready = Math.floor((bytes.length - 1) / QUANTUM_BYTES) * QUANTUM_BYTES;
      await this.sendAll(bytes.subarray(0, Math.max(ready, 0)), undefined, signal);
      this.kept = Buffer.from(bytes.subarray(Math.max(ready, 0)));
    }
    this.nextPart = partNumber + 1;
    this.waiting.get(this.nextPart)?.();
  }

  /** The object, if the upload became one. */
  async finish(signal: AbortSignal): Promise<FinishedUpload | Exclude<UploadOutcome, { outcome: 'stored' }>> {
    if (this.sessionUrl === undefined) {
      return { outcome: 'refused' };
    }
    const answer = await this.sendAll(this.kept, this.sentBytes + this.kept.length, signal);
    if (answer.status === PRECONDITION_FAILED) {
      return { outcome: 'refused' };
    }
    return answer.data === undefined || UNKNOWN_UPLOAD.includes(answer.status)
      ? { outcome: 'lost' }
      : { object: answer.data, md5: this.hash.copy().digest('base64') };
  }

  /** Google answers 499 to a cancelled upload, and 404 or 410 to one that it does not know. */
  async cancel(signal: AbortSignal): Promise<void> {
    if (this.sessionUrl !== undefined) {
      const call = { method: 'DELETE', url: this.sessionUrl, action: `cancel the upload of ${this.key}` } as const;
      await this.api.attempt({ ...call, responseType: 'text', signal }, UNKNOWN_UPLOAD);
    }
  }

  private async turnOf(partNumber: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (partNumber === this.nextPart) {
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const onAbort = (): void => reject(signal.reason as Error);
      signal.addEventListener('abort', onAbort, { once: true });
      this.waiting.set(partNumber, () => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      });
    });
    this.waiting.delete(partNumber);
  }

  /** Sends until all is kept. With `total` the answer is that of the end; of a piece in between it says nothing. */
  private async sendAll(
    bytes: Uint8Array,
    total: number | undefined,
    signal: AbortSignal,
  ): Promise<{ status: number; data: ObjectResource | undefined }> {
    const [start, end] = [this.sentBytes, this.sentBytes + bytes.length];
    let kept = start;
    for (let stalled = 0; stalled < STALLED_ROUNDS;) {
      if (kept === end && total === undefined) {
        this.sentBytes = end;
        return { status: RESUME, data: undefined };
      }
      const answer = await this.sendPiece(bytes.subarray(kept - start), kept, total, signal);
      if (answer.status !== RESUME) {
        return answer;
      }
      const now = Math.min(Math.max(keptBytes(answer.headers), start), end);
      stalled = now > kept ? 0 : stalled + 1;
      kept = now;
    }
    throw failed(UNAVAILABLE, `upload ${this.key}`, this.api.config, { facts: ['no progress'], text: '' });
  }

  private async sendPiece(
    bytes: Uint8Array,
    begin: number,
    total: number | undefined,
    signal: AbortSignal,
  ): Promise<GcsAnswer<ObjectResource | undefined>> {
    const range = bytes.length === 0 ? '*' : `${String(begin)}-${String(begin + bytes.length - 1)}`;
    const headers = {
      'content-range': `bytes ${range}/${String(total ?? '*')}`,
      'content-type': 'application/octet-stream',
    };
    const call = { method: 'PUT', url: this.sessionUrl ?? '', body: bytes, headers, signal } as const;
    // Only the end may find that the upload was lost or refused; before it, that is a failure like any other.
    const known = total === undefined ? [] : [...UNKNOWN_UPLOAD, PRECONDITION_FAILED];
    return await this.api.attempt<ObjectResource>({ ...call, action: `upload a part of ${this.key}` }, known);
  }
}

/** `bytes=0-262143` is 262,144 bytes; no header is none. */
function keptBytes(headers: Headers): number {
  const last = /-(\d+)$/.exec(headers.get('range') ?? '')?.[1];
  return last === undefined ? 0 : Number(last) + 1;
}
