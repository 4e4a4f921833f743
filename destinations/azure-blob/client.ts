import { createHash, randomBytes } from 'node:crypto';
import type * as Azure from '@azure/storage-blob';
import type { BlockBlobClient, ContainerClient, Pipeline } from '@azure/storage-blob';
import type { OutboundNetwork } from '../../net/outbound-network.ts';
import { lazySdk } from '../lazy-sdk.ts';
import type {
  ByteRange,
  NewObject,
  ObjectHead,
  ObjectStore,
  OpenUpload,
  StoreLimits,
  UploadedPart,
  UploadOutcome,
  WriteCondition,
  WriteOutcome,
} from '../object-store/store.ts';
import { blockId, blobOptions, conditionsOf, fromMetadata } from './blobs.ts';
import { type AzureBlobConfig, serviceUrl } from './config.ts';
import { azureBlobError } from './errors.ts';
import { isBlockGone, isNotFound, isRefusal } from './failure.ts';
import { type Sockets, socketsOf } from './network.ts';

const loadSdk = lazySdk<typeof Azure>('@azure/storage-blob');

/** Azure's own, but for the smallest: it has none. */
const LIMITS: StoreLimits = { minPartBytes: 1024 ** 2, maxPartBytes: 4_000 * 1024 ** 2, maxParts: 50_000 };

/** Tries per request, 0, 0.5 and 1.5 s apart. Longer outages are the activity's to retry. */
const RETRIES = { maxTries: 4, retryDelayInMs: 500, maxRetryDelayInMs: 4_000 };
const UPLOAD_ID_BYTES = 16;

class AzureBlobStore implements ObjectStore {
  readonly limits = LIMITS;
  private readonly container: ContainerClient;
  private readonly config: AzureBlobConfig;
  private readonly sockets: Sockets;
  /** Azure keeps blocks, not uploads: what the blob shall be is sent with the list of its blocks. */
  private readonly uploads = new Map<string, NewObject>();

  constructor(config: AzureBlobConfig, network: OutboundNetwork | undefined) {
    this.config = config;
    this.sockets = socketsOf(network);
    this.container = new (loadSdk().ContainerClient)(containerUrl(config), pipelineOf(config, this.sockets));
  }

  async head(key: string, signal: AbortSignal): Promise<ObjectHead | undefined> {
    try {
      const found = await this.blob(key).getProperties({ abortSignal: signal });
      return { bytes: found.contentLength ?? 0, etag: found.etag ?? '', metadata: fromMetadata(found.metadata) };
    } catch (error) {
      return this.absent(error, `look at ${key}`, signal);
    }
  }

  async read(key: string, signal: AbortSignal, range?: ByteRange): Promise<AsyncIterable<Uint8Array>> {
    const action = `read ${key}`;
    const found = await this.call(action, signal, () =>
      this.blob(key).download(range?.offset ?? 0, range?.length, { abortSignal: signal }),
    );
    return this.mapped(found.readableStreamBody as unknown as AsyncIterable<Uint8Array>, action, signal);
  }

  async readText(key: string, signal: AbortSignal): Promise<{ text: string; etag: string } | undefined> {
    try {
      const found = await this.blob(key).download(0, undefined, { abortSignal: signal });
      const body = found.readableStreamBody as unknown as AsyncIterable<Uint8Array>;
      const pieces: Uint8Array[] = [];
      for await (const piece of body) {
        pieces.push(piece);
      }
      return { text: Buffer.concat(pieces).toString(), etag: found.etag ?? '' };
    } catch (error) {
      return this.absent(error, `read ${key}`, signal);
    }
  }

  async put(
    object: NewObject,
    body: Uint8Array,
    condition: WriteCondition,
    signal: AbortSignal,
  ): Promise<WriteOutcome> {
    const options = blobOptions(object, this.config);
    try {
      const written = await this.blob(object.key).upload(asBuffer(body), body.length, {
        ...options,
        blobHTTPHeaders: { ...options.blobHTTPHeaders, blobContentMD5: md5(body) },
        conditions: conditionsOf(condition),
        abortSignal: signal,
      });
      return { outcome: 'stored', etag: written.etag ?? '' };
    } catch (error) {
      return this.refused(error, `write ${object.key}`, signal);
    }
  }

  async remove(key: string, signal: AbortSignal): Promise<void> {
    try {
      await this.blob(key).delete({ deleteSnapshots: 'include', abortSignal: signal });
    } catch (error) {
      this.absent(error, `delete ${key}`, signal);
    }
  }

  async listKeys(prefix: string, signal: AbortSignal): Promise<string[]> {
    return await this.call(`list ${prefix}*`, signal, async () => {
      const keys: string[] = [];
      for await (const { name } of this.container.listBlobsFlat({ prefix, abortSignal: signal })) {
        keys.push(name);
      }
      return keys;
    });
  }

  createUpload(object: NewObject): Promise<OpenUpload> {
    const id = randomBytes(UPLOAD_ID_BYTES).toString('hex');
    this.uploads.set(id, object);
    return Promise.resolve({ key: object.key, id });
  }

  async uploadPart(
    upload: OpenUpload,
    partNumber: number,
    body: Uint8Array,
    signal: AbortSignal,
  ): Promise<UploadedPart> {
    const id = blockId(upload.id, partNumber);
    const options = { transactionalContentMD5: md5(body), abortSignal: signal };
    await this.call(`upload part ${String(partNumber)} of ${upload.key}`, signal, () =>
      this.blob(upload.key).stageBlock(id, asBuffer(body), body.length, options),
    );
    return { partNumber, tag: id };
  }

  async completeUpload(
    upload: OpenUpload,
    parts: readonly UploadedPart[],
    signal: AbortSignal,
  ): Promise<UploadOutcome> {
    const object = this.uploads.get(upload.id);
    if (object === undefined) {
      return { outcome: 'lost' };
    }
    const blocks = parts.map(({ tag }) => tag);
    try {
      const written = await this.blob(upload.key).commitBlockList(blocks, {
        ...blobOptions(object, this.config),
        conditions: conditionsOf({ onlyNew: true }),
        abortSignal: signal,
      });
      return { outcome: 'stored', etag: written.etag ?? '' };
    } catch (error) {
      return isBlockGone(error) && !signal.aborted
        ? { outcome: 'lost' }
        : this.refused(error, `complete ${upload.key}`, signal);
    }
  }

  /** Nothing takes blocks back: Azure drops them when the blob is written, or after a week. */
  abortUpload(upload: OpenUpload): Promise<void> {
    this.uploads.delete(upload.id);
    return Promise.resolve();
  }

  /** See `abortUpload`: there is nothing to be done about one that is found. */
  listUploads(): Promise<OpenUpload[]> {
    return Promise.resolve([]);
  }

  close(): void {
    this.sockets.close();
  }

  private blob(key: string): BlockBlobClient {
    return this.container.getBlockBlobClient(key);
  }

  private failure(error: unknown, action: string, signal: AbortSignal): unknown {
    return signal.aborted ? signal.reason : azureBlobError(error, action, this.config);
  }

  private async call<T>(action: string, signal: AbortSignal, send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      throw this.failure(error, action, signal);
    }
  }

  private absent(error: unknown, action: string, signal: AbortSignal): undefined {
    if (!isNotFound(error) || signal.aborted) {
      throw this.failure(error, action, signal);
    }
    return undefined;
  }

  private refused(error: unknown, action: string, signal: AbortSignal): { outcome: 'refused' } {
    if (!isRefusal(error) || signal.aborted) {
      throw this.failure(error, action, signal);
    }
    return { outcome: 'refused' };
  }

  private async *mapped(
    body: AsyncIterable<Uint8Array>,
    action: string,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    try {
      yield* body;
    } catch (error) {
      throw this.failure(error, action, signal);
    }
  }
}

function containerUrl(config: AzureBlobConfig): string {
  const query = config.sasToken === undefined ? '' : `?${config.sasToken.replace(/^\?/, '')}`;
  return `${serviceUrl(config)}/${config.container}${query}`;
}

function pipelineOf({ accountName, accountKey }: AzureBlobConfig, sockets: Sockets): Pipeline {
  const sdk = loadSdk();
  const credential =
    accountKey === undefined
      ? new sdk.AnonymousCredential()
      : new sdk.StorageSharedKeyCredential(accountName, accountKey);
  const pipeline = sdk.newPipeline(credential, { retryOptions: RETRIES });
  pipeline.factories.push(sockets.policy);
  return pipeline;
}

function md5(body: Uint8Array): Uint8Array {
  return createHash('md5').update(body).digest();
}

/** The same memory. */
function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

export function createAzureBlobStore(config: AzureBlobConfig, network?: OutboundNetwork): ObjectStore {
  return new AzureBlobStore(config, network);
}
