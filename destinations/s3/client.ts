import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
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
import type { S3Config } from './config.ts';
import { type Credentials, credentialsOf } from './credentials.ts';
import { s3Error } from './errors.ts';
import { isNoSuchUpload, isNotFound, isRefusal } from './failure.ts';
import { clientNetwork, type S3Network } from './network.ts';
import { completedPart, conditionHeaders, crc32Text, objectInput, partTag } from './requests.ts';

/** S3's own. */
const LIMITS: StoreLimits = { minPartBytes: 5 * 1024 ** 2, maxPartBytes: 5 * 1024 ** 3, maxParts: 10_000 };

/** The SDK's own tries per call, with its standard backoff. Longer outages are the activity's to retry. */
const MAX_ATTEMPTS = 4;
/** A part that was on its way when its upload was aborted may still arrive; then it must be aborted again. */
const ABORT_ROUNDS = 4;

export interface S3Connection extends S3Network {
  credentials: Credentials;
}

function createClient(config: S3Config, connection: S3Connection): S3Client {
  return new S3Client({
    region: config.region,
    ...(config.endpoint !== undefined && { endpoint: config.endpoint }),
    forcePathStyle: config.forcePathStyle,
    ...(connection.credentials !== undefined && { credentials: connection.credentials }),
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: clientNetwork(connection),
    // `objectInput` and `checksum` add what the config asks for; the SDK's own choice is refused by several stores.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
}

class S3Store implements ObjectStore {
  readonly limits = LIMITS;
  private readonly client: S3Client;
  private readonly config: S3Config;
  private readonly usesCrc32: boolean;

  constructor(config: S3Config, connection: S3Connection) {
    this.config = config;
    this.client = createClient(config, connection);
    this.usesCrc32 = (config.checksumMode ?? (config.endpoint === undefined ? 'crc32' : 'when_required')) === 'crc32';
  }

  async head(key: string, signal: AbortSignal): Promise<ObjectHead | undefined> {
    try {
      const command = new HeadObjectCommand({ Bucket: this.config.bucket, Key: key });
      const found = await this.client.send(command, { abortSignal: signal });
      return { bytes: found.ContentLength ?? 0, etag: found.ETag ?? '', metadata: found.Metadata ?? {} };
    } catch (error) {
      return this.absent(error, `look at ${key}`, signal);
    }
  }

  async read(key: string, signal: AbortSignal, range?: ByteRange): Promise<AsyncIterable<Uint8Array>> {
    const Range =
      range === undefined ? undefined : `bytes=${String(range.offset)}-${String(range.offset + range.length - 1)}`;
    const command = new GetObjectCommand({
      Bucket: this.config.bucket,
      Key: key,
      ...(Range === undefined ? {} : { Range }),
    });
    const found = await this.call(`read ${key}`, signal, () => this.client.send(command, { abortSignal: signal }));
    return this.mapped(found.Body as unknown as AsyncIterable<Uint8Array>, `read ${key}`, signal);
  }

  async readText(key: string, signal: AbortSignal): Promise<{ text: string; etag: string } | undefined> {
    try {
      const command = new GetObjectCommand({ Bucket: this.config.bucket, Key: key });
      const found = await this.client.send(command, { abortSignal: signal });
      return { text: (await found.Body?.transformToString()) ?? '', etag: found.ETag ?? '' };
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
    const command = new PutObjectCommand({
      ...objectInput(object, this.config),
      ...this.checksum(body),
      Body: body,
      ...conditionHeaders(condition),
    });
    try {
      return { outcome: 'stored', etag: (await this.client.send(command, { abortSignal: signal })).ETag ?? '' };
    } catch (error) {
      return this.refused(error, `write ${object.key}`, signal) ?? { outcome: 'refused' };
    }
  }

  async remove(key: string, signal: AbortSignal): Promise<void> {
    const command = new DeleteObjectCommand({ Bucket: this.config.bucket, Key: key });
    await this.call(`delete ${key}`, signal, () => this.client.send(command, { abortSignal: signal }));
  }

  async listKeys(prefix: string, signal: AbortSignal): Promise<string[]> {
    const keys: string[] = [];
    let token: string | undefined;
    do {
      const input = {
        Bucket: this.config.bucket,
        Prefix: prefix,
        ...(token === undefined ? {} : { ContinuationToken: token }),
      };
      const page = await this.call(`list ${prefix}*`, signal, () =>
        this.client.send(new ListObjectsV2Command(input), { abortSignal: signal }),
      );
      keys.push(...(page.Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [Key])));
      token = page.NextContinuationToken;
    } while (token !== undefined);
    return keys;
  }

  async listUploads(prefix: string, signal: AbortSignal): Promise<OpenUpload[]> {
    const uploads: OpenUpload[] = [];
    let marker: { KeyMarker?: string; UploadIdMarker?: string } | undefined = {};
    while (marker !== undefined) {
      const input: object = { Prefix: prefix, ...marker };
      const page = await this.call(`list the uploads of ${prefix}*`, signal, () =>
        this.client.send(new ListMultipartUploadsCommand({ Bucket: this.config.bucket, ...input }), {
          abortSignal: signal,
        }),
      );
      for (const { Key, UploadId } of page.Uploads ?? []) {
        // Some stores ignore Prefix here.
        if (Key?.startsWith(prefix) === true && UploadId !== undefined) {
          uploads.push({ key: Key, id: UploadId });
        }
      }
      const more: boolean = page.IsTruncated === true && page.NextKeyMarker !== undefined;
      marker = more
        ? { KeyMarker: page.NextKeyMarker ?? '', UploadIdMarker: page.NextUploadIdMarker ?? '' }
        : undefined;
    }
    return uploads;
  }

  async createUpload(object: NewObject, signal: AbortSignal): Promise<OpenUpload> {
    const command = new CreateMultipartUploadCommand({
      ...objectInput(object, this.config),
      ...(this.usesCrc32 && { ChecksumAlgorithm: 'CRC32' }),
    });
    const created = await this.call(`begin the upload of ${object.key}`, signal, () =>
      this.client.send(command, { abortSignal: signal }),
    );
    return { key: object.key, id: created.UploadId ?? '' };
  }

  async uploadPart(
    upload: OpenUpload,
    partNumber: number,
    body: Uint8Array,
    signal: AbortSignal,
  ): Promise<UploadedPart> {
    const checksum = this.checksum(body);
    const command = new UploadPartCommand({
      ...this.uploadInput(upload),
      ...checksum,
      PartNumber: partNumber,
      Body: body,
    });
    const action = `upload part ${String(partNumber)} of ${upload.key}`;
    const done = await this.call(action, signal, () => this.client.send(command, { abortSignal: signal }));
    return { partNumber, tag: partTag(done.ETag ?? '', checksum.ChecksumCRC32) };
  }

  async completeUpload(
    upload: OpenUpload,
    parts: readonly UploadedPart[],
    signal: AbortSignal,
  ): Promise<UploadOutcome> {
    const command = new CompleteMultipartUploadCommand({
      ...this.uploadInput(upload),
      IfNoneMatch: '*',
      MultipartUpload: { Parts: parts.map(completedPart) },
    });
    try {
      return { outcome: 'stored', etag: (await this.client.send(command, { abortSignal: signal })).ETag ?? '' };
    } catch (error) {
      return this.refused(error, `complete ${upload.key}`, signal) ?? { outcome: 'lost' };
    }
  }

  async abortUpload(upload: OpenUpload, signal: AbortSignal): Promise<void> {
    for (let round = 0; round < ABORT_ROUNDS; round += 1) {
      const abort = new AbortMultipartUploadCommand(this.uploadInput(upload));
      const parts = new ListPartsCommand({ ...this.uploadInput(upload), MaxParts: 1 });
      try {
        await this.client.send(abort, { abortSignal: signal });
        await this.client.send(parts, { abortSignal: signal });
      } catch (error) {
        if (isNoSuchUpload(error) || isNotFound(error)) {
          return;
        }
        throw this.failure(error, `abort the upload of ${upload.key}`, signal);
      }
    }
  }

  close(): void {
    this.client.destroy();
  }

  private checksum(body: Uint8Array): { ChecksumCRC32?: string } {
    return this.usesCrc32 ? { ChecksumCRC32: crc32Text(body) } : {};
  }

  private uploadInput(upload: OpenUpload): { Bucket: string; Key: string; UploadId: string } {
    return { Bucket: this.config.bucket, Key: upload.key, UploadId: upload.id };
  }

  private failure(error: unknown, action: string, signal: AbortSignal): unknown {
    return signal.aborted ? signal.reason : s3Error(error, action, this.config);
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

  /** Undefined: the upload is unknown. Anything but that and a condition that does not hold is thrown. */
  private refused(error: unknown, action: string, signal: AbortSignal): { outcome: 'refused' } | undefined {
    if (signal.aborted || !(isRefusal(error) || isNoSuchUpload(error))) {
      throw this.failure(error, action, signal);
    }
    return isRefusal(error) ? { outcome: 'refused' } : undefined;
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

/** Without a connection: the config's keys, and any host. */
export function createS3Store(config: S3Config, connection?: S3Connection): ObjectStore {
  const own = { network: undefined, ambientCredentials: 'never', stsEndpoint: undefined } as const;
  return new S3Store(config, connection ?? { network: undefined, credentials: credentialsOf(config, own) });
}
