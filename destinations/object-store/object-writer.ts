import { linkController, withGrace } from '../abort.ts';
import { partBytesOf } from './part-sizes.ts';
import type { NewObject, ObjectStore, OpenUpload, UploadedPart, UploadOutcome, WriteOutcome } from './store.ts';

/*
 * Writes one object of unknown length. Bytes gather in a buffer of one part; full buffers travel several at a time.
 * An object below one part becomes a single write, so small exports cost one request.
 *
 * The rule that everything here serves: an object appears only by `finish`, which is called after the source has ended
 * cleanly, and only when every part that was begun has succeeded. A failed part is remembered at once and stops
 * everything; it can never drop out of the list of parts, because `finish` also demands that their numbers are
 * contiguous and their sizes add up (S3, for one, accepts gaps).
 */

export interface ObjectWriterOptions {
  object: NewObject;
  firstPartBytes: number;
  maxInFlight: number;
  /** Aborting it stops the writer; `abort` must still be called. */
  signal: AbortSignal;
}

/**
 * A create, a put or a completion that is under way when the attempt is aborted gets this long to end, so that its
 * outcome (above all the id of an upload) is known and can be cleaned up.
 */
const GRACE_MS = 3_000;
/** Aborting an upload must not follow the attempt's signal: that is what brought us here. */
const CLEAN_UP_TIMEOUT_MS = 15_000;

export class ObjectWriter {
  /** Follows the caller's signal and aborts by itself when a part fails: watch it while reading the source. */
  readonly signal: AbortSignal;
  private readonly store: ObjectStore;
  private readonly options: ObjectWriterOptions;
  private readonly link: ReturnType<typeof linkController>;
  private readonly inFlight = new Set<Promise<void>>();
  private readonly parts: UploadedPart[] = [];
  private readonly spareBuffers: Buffer[] = [];
  private buffer: Buffer | undefined;
  private filledBytes = 0;
  private begunParts = 0;
  private acceptedBytes = 0;
  private uploadedBytes = 0;
  private upload: OpenUpload | undefined;

  constructor(store: ObjectStore, options: ObjectWriterOptions) {
    this.store = store;
    this.options = options;
    this.link = linkController(options.signal);
    this.signal = this.link.signal;
  }

  /** Takes the bytes over by copying. A promise only when a part is full: it waits while `maxInFlight` are under way. */
  write(bytes: Uint8Array): Promise<void> | undefined {
    const buffer = this.currentBuffer();
    if (bytes.length >= buffer.length - this.filledBytes) {
      return this.writeAcross(bytes);
    }
    buffer.set(bytes, this.filledBytes);
    this.filledBytes += bytes.length;
    this.acceptedBytes += bytes.length;
    return undefined;
  }

  private async writeAcross(bytes: Uint8Array): Promise<void> {
    let offset = 0;
    while (offset < bytes.length) {
      const buffer = this.currentBuffer();
      const taken = Math.min(bytes.length - offset, buffer.length - this.filledBytes);
      buffer.set(bytes.subarray(offset, offset + taken), this.filledBytes);
      this.filledBytes += taken;
      offset += taken;
      if (this.filledBytes === buffer.length) {
        await this.sendBuffer();
      }
    }
    this.acceptedBytes += bytes.length;
  }

  /** Makes the object appear, unless one is there. `metadata` reaches only objects below one part. */
  async finish(metadata: Record<string, string>): Promise<UploadOutcome> {
    this.signal.throwIfAborted();
    if (this.upload === undefined) {
      return await this.putWhole(metadata);
    }
    await this.sendBuffer();
    await Promise.all(this.inFlight);
    this.signal.throwIfAborted();
    const upload = this.upload;
    const parts = this.completeParts();
    const outcome = await withGrace(this.signal, GRACE_MS, (signal) =>
      this.store.completeUpload(upload, parts, signal),
    );
    if (outcome.outcome === 'stored') {
      this.upload = undefined;
    }
    return outcome;
  }

  /** Always called at the end: after a finished object it does nothing, else it leaves no upload open. Never throws. */
  async close(reason: unknown): Promise<void> {
    this.link.abort(reason);
    await Promise.all(this.inFlight);
    this.link.unlink();
    if (this.upload !== undefined) {
      // What cannot be aborted now is found by its key and aborted when the interval is committed or discarded.
      await this.store.abortUpload(this.upload, AbortSignal.timeout(CLEAN_UP_TIMEOUT_MS)).catch(() => undefined);
      this.upload = undefined;
    }
  }

  private currentBuffer(): Buffer {
    const bytes = partBytesOf(this.begunParts + 1, this.options.firstPartBytes, this.store.limits);
    if (this.buffer === undefined) {
      const spare = this.spareBuffers.pop();
      this.buffer = spare?.length === bytes ? spare : Buffer.allocUnsafeSlow(bytes);
    }
    return this.buffer;
  }

  private async putWhole(metadata: Record<string, string>): Promise<WriteOutcome> {
    const object = { ...this.options.object, metadata: { ...this.options.object.metadata, ...metadata } };
    const body = this.buffer?.subarray(0, this.filledBytes) ?? new Uint8Array();
    return await withGrace(this.signal, GRACE_MS, (signal) => this.store.put(object, body, { onlyNew: true }, signal));
  }

  /** Begins the upload of the gathered bytes as the next part. */
  private async sendBuffer(): Promise<void> {
    if (this.buffer === undefined || this.filledBytes === 0) {
      return;
    }
    this.upload ??= await withGrace(this.signal, GRACE_MS, (signal) =>
      this.store.createUpload(this.options.object, signal),
    );
    while (this.inFlight.size >= this.options.maxInFlight) {
      await Promise.race(this.inFlight);
    }
    this.signal.throwIfAborted();
    const [buffer, bytes] = [this.buffer, this.filledBytes];
    this.buffer = undefined;
    this.filledBytes = 0;
    this.begunParts += 1;
    const sending: Promise<void> = this.sendPart(this.upload, this.begunParts, buffer, bytes).finally(() =>
      this.inFlight.delete(sending),
    );
    this.inFlight.add(sending);
  }

  /** Never rejects: the first failure aborts the writer's signal with itself as reason, which stops the rest. */
  private async sendPart(upload: OpenUpload, partNumber: number, buffer: Buffer, bytes: number): Promise<void> {
    try {
      this.parts.push(await this.store.uploadPart(upload, partNumber, buffer.subarray(0, bytes), this.signal));
      this.uploadedBytes += bytes;
      // Only now nobody reads the buffer any more.
      if (buffer.length === partBytesOf(this.begunParts + 1, this.options.firstPartBytes, this.store.limits)) {
        this.spareBuffers.push(buffer);
      }
    } catch (error) {
      this.link.abort(error);
    }
  }

  private completeParts(): readonly UploadedPart[] {
    const sorted = this.parts.toSorted((a, b) => a.partNumber - b.partNumber);
    const contiguous = sorted.every((part, index) => part.partNumber === index + 1);
    if (!contiguous || sorted.length !== this.begunParts || this.uploadedBytes !== this.acceptedBytes) {
      throw new Error(`${this.options.object.key}: parts are missing, the upload is not completed`);
    }
    return sorted;
  }
}
