/**
 * What an object store has to offer so that exports into it are exactly once. `session.ts` and what is beside it do the
 * rest: names, first writer wins, manifest, generations, cleaning up. A store is a folder with a config, this interface
 * over the vendor's client, an error table and a README (see `../s3`).
 *
 * For every call:
 * - It throws SluiceErrors only, with the vendor's failure classified by its code; what is not known to be permanent is
 *   retryable. An aborted call throws the signal's reason, within a second.
 * - Short hiccups (throttling, 5xx, resets) are repeated inside, for some seconds. Any call may thus have happened twice,
 *   or have happened although it failed; the callers expect both.
 * - It is strongly consistent: what was written is seen by the very next head, read and list.
 */
export interface ObjectStore {
  readonly limits: StoreLimits;

  /** Undefined when there is no such object, and only then: an answer of "no bucket" or "forbidden" throws. */
  head(key: string, signal: AbortSignal): Promise<ObjectHead | undefined>;
  /** Throws when the object is not there. The body throws when it ends early. It must be read to its end or destroyed. */
  read(key: string, signal: AbortSignal, range?: ByteRange): Promise<AsyncIterable<Uint8Array>>;
  /** Content and tag of one and the same version, or undefined when there is none. */
  readText(key: string, signal: AbortSignal): Promise<{ text: string; etag: string } | undefined>;

  /**
   * Writes an object in one request, if the condition holds. The store decides atomically: of two writers under
   * `onlyNew`, or under `onlyIf` with one tag, exactly one gets `stored`.
   */
  put(object: NewObject, body: Uint8Array, condition: WriteCondition, signal: AbortSignal): Promise<WriteOutcome>;
  /** No error when there is none. */
  remove(key: string, signal: AbortSignal): Promise<void>;
  /** All keys that begin with `prefix`, in any order. */
  listKeys(prefix: string, signal: AbortSignal): Promise<string[]>;

  /**
   * An object in parts: invisible until it is completed. S3: a multipart upload; Azure: uncommitted blocks whose ids
   * begin with the upload's id; Google: a resumable upload, whose parts the client puts in order.
   */
  createUpload(object: NewObject, signal: AbortSignal): Promise<OpenUpload>;
  /** Sends part `partNumber`, from 1 on, in any order and several at a time. The body is not touched after it settles. */
  uploadPart(upload: OpenUpload, partNumber: number, body: Uint8Array, signal: AbortSignal): Promise<UploadedPart>;
  /**
   * Makes the object appear from exactly these parts, in order, if there is none under its key. Atomic as `put` is.
   * `lost`: the store knows no such upload: it was completed already, or another attempt aborted it.
   */
  completeUpload(upload: OpenUpload, parts: readonly UploadedPart[], signal: AbortSignal): Promise<UploadOutcome>;
  /**
   * Returns once the store itself says that the upload is gone, or has none of its bytes listed; fine if it never was.
   * Where a store has no call for it (Azure), it does nothing, and the README says what becomes of the bytes.
   */
  abortUpload(upload: OpenUpload, signal: AbortSignal): Promise<void>;
  /** Uploads under way whose key begins with `prefix`; what a killed worker left is found by it. None where a store does not tell. */
  listUploads(prefix: string, signal: AbortSignal): Promise<OpenUpload[]>;

  /** Ends connections. No call may follow. */
  close(): void;
}

export interface StoreLimits {
  /** Of every part but the last. */
  minPartBytes: number;
  maxPartBytes: number;
  maxParts: number;
}

/** `onlyNew`: if no object has the key. `onlyIf`: if the object there still has this tag. */
export type WriteCondition = { onlyNew: true } | { onlyIf: string };

/**
 * What a conditional write came to. `refused`: the condition did not hold, or another write of the key was under way,
 * so that trying again after a look may help.
 */
export type WriteOutcome = { outcome: 'stored'; etag: string } | { outcome: 'refused' };
export type UploadOutcome = WriteOutcome | { outcome: 'lost' };

export interface ObjectHead {
  bytes: number;
  /** Opaque; another one after every write of other content. S3 and Azure: the ETag. Google: the generation. */
  etag: string;
  /** As given to `put` or `createUpload`; names in lower case. */
  metadata: Record<string, string>;
}

export interface ByteRange {
  offset: number;
  length: number;
}

export interface NewObject {
  key: string;
  contentType: string;
  /** Names of a-z and "-", values of printable ASCII, below 2 KB together. */
  metadata: Record<string, string>;
}

export interface OpenUpload {
  key: string;
  id: string;
}

export interface UploadedPart {
  partNumber: number;
  /** Whatever `completeUpload` needs to name the part. */
  tag: string;
}
