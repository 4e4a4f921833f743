import { randomUUID } from 'node:crypto';
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
import type { GcsApi } from './api.ts';
import { failed, gcsError } from './errors.ts';
import { CONTENT_DIFFERS } from './faults.ts';
import {
  conditionParams,
  headOf,
  md5,
  multipartBody,
  newResource,
  type ObjectResource,
  writeParams,
} from './objects.ts';
import { ResumableUpload } from './resumable-upload.ts';

/** Google's own are wider; a part is held in memory. */
const LIMITS: StoreLimits = { minPartBytes: 256 * 1024, maxPartBytes: 64 * 1024 ** 2, maxParts: 1_000_000 };
const [NOT_FOUND, PRECONDITION_FAILED] = [404, 412];

export class GcsStore implements ObjectStore {
  readonly limits = LIMITS;
  private readonly api: GcsApi;
  private readonly uploads = new Map<string, ResumableUpload>();

  constructor(api: GcsApi) {
    this.api = api;
  }

  async head(key: string, signal: AbortSignal): Promise<ObjectHead | undefined> {
    const call = { method: 'GET', url: this.api.objectUrl(key), action: `look at ${key}`, signal } as const;
    const { status, data } = await this.api.attempt<ObjectResource>(call, [NOT_FOUND]);
    if (status === NOT_FOUND || data === undefined) {
      return await this.absent(data, signal);
    }
    return headOf(data);
  }

  async read(key: string, signal: AbortSignal, range?: ByteRange): Promise<AsyncIterable<Uint8Array>> {
    const action = `read ${key}`;
    const headers: Record<string, string> =
      range === undefined ? {} : { range: `bytes=${String(range.offset)}-${String(range.offset + range.length - 1)}` };
    const { data } = await this.api.send<AsyncIterable<Uint8Array>>({
      ...{ method: 'GET', url: this.api.objectUrl(key), params: { alt: 'media' } },
      ...{ action, headers, responseType: 'stream', signal },
    });
    return this.mapped(data, action, signal);
  }

  async readText(key: string, signal: AbortSignal): Promise<{ text: string; etag: string } | undefined> {
    const call = { method: 'GET', url: this.api.objectUrl(key), action: `read ${key}`, signal } as const;
    const { status, headers, data } = await this.api.attempt<string>(
      { ...call, params: { alt: 'media' }, responseType: 'text' },
      [NOT_FOUND],
    );
    if (status === NOT_FOUND) {
      return await this.absent(data, signal);
    }
    return { text: data ?? '', etag: headers.get('x-goog-generation') ?? '' };
  }

  async put(
    object: NewObject,
    body: Uint8Array,
    condition: WriteCondition,
    signal: AbortSignal,
  ): Promise<WriteOutcome> {
    const resource = { ...newResource(object, this.api.config), md5Hash: md5(body) };
    const { type, bytes } = multipartBody(resource, object.contentType, body);
    const params = { uploadType: 'multipart', ...conditionParams(condition), ...writeParams(this.api.config) };
    const call = { method: 'POST', url: this.api.uploadUrl, action: `write ${object.key}`, signal } as const;
    const { status, data } = await this.api.attempt<ObjectResource>(
      { ...call, params, headers: { 'content-type': type }, body: bytes },
      [PRECONDITION_FAILED],
    );
    return status === PRECONDITION_FAILED || data === undefined
      ? { outcome: 'refused' }
      : { outcome: 'stored', etag: data.generation };
  }

  async remove(key: string, signal: AbortSignal): Promise<void> {
    await this.removeIf(key, {}, signal);
  }

  async listKeys(prefix: string, signal: AbortSignal): Promise<string[]> {
    const keys: string[] = [];
    let pageToken: string | undefined;
    do {
      const params = { prefix, fields: 'items(name),nextPageToken', ...(pageToken !== undefined && { pageToken }) };
      const call = { method: 'GET', url: this.api.bucketUrl, params, action: `list ${prefix}*`, signal } as const;
      const { data } = await this.api.send<{ items?: { name: string }[]; nextPageToken?: string }>(call);
      keys.push(...(data.items ?? []).map(({ name }) => name));
      pageToken = data.nextPageToken;
    } while (pageToken !== undefined && pageToken !== '');
    return keys;
  }

  async createUpload(object: NewObject, signal: AbortSignal): Promise<OpenUpload> {
    const { config, uploadUrl: url } = this.api;
    const params = { uploadType: 'resumable', ...conditionParams({ onlyNew: true }), ...writeParams(config) };
    const headers = { 'x-upload-content-type': object.contentType };
    const call = { method: 'POST', url, params, headers, action: `begin the upload of ${object.key}`, signal } as const;
    const answer = await this.api.attempt<unknown>({ ...call, body: newResource(object, config) }, [
      PRECONDITION_FAILED,
    ]);
    const sessionUrl = answer.headers.get('location') ?? undefined;
    const id = randomUUID();
    this.uploads.set(id, new ResumableUpload(this.api, object.key, sessionUrl));
    return { key: object.key, id };
  }

  async uploadPart(
    upload: OpenUpload,
    partNumber: number,
    body: Uint8Array,
    signal: AbortSignal,
  ): Promise<UploadedPart> {
    await this.uploads.get(upload.id)?.append(partNumber, body, signal);
    return { partNumber, tag: '' };
  }

  async completeUpload(
    upload: OpenUpload,
    _parts: readonly UploadedPart[],
    signal: AbortSignal,
  ): Promise<UploadOutcome> {
    const finished = (await this.uploads.get(upload.id)?.finish(signal)) ?? { outcome: 'lost' as const };
    if ('outcome' in finished) {
      return finished;
    }
    const { object, md5: sent } = finished;
    if (object.md5Hash !== sent) {
      await this.removeIf(upload.key, { ifGenerationMatch: object.generation }, signal);
      throw failed(CONTENT_DIFFERS, `complete ${upload.key}`, this.api.config);
    }
    this.uploads.delete(upload.id);
    return { outcome: 'stored', etag: object.generation };
  }

  async abortUpload(upload: OpenUpload, signal: AbortSignal): Promise<void> {
    await this.uploads.get(upload.id)?.cancel(signal);
  }

  /** Google tells nobody; an upload that nobody goes on with is invisible, costs nothing and ends after a week. */
  listUploads(): Promise<OpenUpload[]> {
    return Promise.resolve([]);
  }

  close(): void {
    this.uploads.clear();
  }

  private async removeIf(key: string, params: Record<string, string>, signal: AbortSignal): Promise<void> {
    const call = { method: 'DELETE', url: this.api.objectUrl(key), params, action: `delete ${key}`, signal } as const;
    await this.api.attempt({ ...call, responseType: 'text' }, [NOT_FOUND, PRECONDITION_FAILED]);
  }

  /** "Not found" may be the bucket: Google's text tells, and otherwise listing does. */
  private async absent(answer: unknown, signal: AbortSignal): Promise<undefined> {
    if (!JSON.stringify(answer ?? '').includes('No such object')) {
      const call = { method: 'GET', url: this.api.bucketUrl, action: 'look into the bucket', signal } as const;
      await this.api.send({ ...call, params: { maxResults: '1' } });
    }
    return undefined;
  }

  private async *mapped(
    body: AsyncIterable<Uint8Array>,
    action: string,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    try {
      yield* body;
    } catch (error) {
      throw signal.aborted ? signal.reason : gcsError(error, action, this.api.config);
    }
  }
}
