import { randomUUID } from 'node:crypto';
import type {
  ChunkReceipt,
  CommitReceipt,
  CommitRequest,
  DestinationSession,
  FileAudit,
  FileFault,
  FileReceipt,
  LoadChunkRequest,
  SessionContext,
} from '../contract.ts';
import { auditOf } from '../file-audit.ts';
import { fileChanged, fileMissing, runSuperseded } from '../errors.ts';
import { dataGeneration, dataName, intervalStem, joinKey, manifestName, nameOfKey } from '../keys.ts';
import { judgeManifest, type Manifest, nextManifest, receiptOf, unknownRun } from '../manifest.ts';
import { mapLimited } from '../map-limited.ts';
import { countStoredRows } from '../stored-content.ts';
import { loadChunkObject, ownerOf } from './load-chunk.ts';
import { readManifest, swapManifest } from './manifest-object.ts';
import type { ObjectStore } from './store.ts';
import { storedObject } from './stored-object.ts';

/** Requests without a body in flight; half of an SDK's usual 50 sockets would starve loads beside it. */
const SMALL_REQUESTS_IN_FLIGHT = 16;

export interface ObjectSessionSettings {
  store: ObjectStore;
  context: SessionContext;
  /** Rendered. */
  prefix: string;
  firstPartBytes: number;
  maxInFlight: number;
}

export class ObjectSession implements DestinationSession {
  private readonly store: ObjectStore;
  private readonly context: SessionContext;
  private readonly settings: ObjectSessionSettings;
  private readonly stem: string;
  private readonly manifestKey: string;

  constructor(settings: ObjectSessionSettings) {
    this.settings = settings;
    this.store = settings.store;
    this.context = settings.context;
    this.stem = intervalStem(settings.context.exportId, settings.context.interval);
    // One name for all generations: it is swapped.
    this.manifestKey = joinKey(settings.prefix, manifestName(this.stem, 0));
  }

  /** Throws when this attempt's generation has no business here any more. */
  async checkGeneration(): Promise<void> {
    await this.currentManifest();
  }

  async loadChunk(request: LoadChunkRequest): Promise<ChunkReceipt> {
    const { generation, format, signal } = this.context;
    signal.throwIfAborted();
    const name = dataName(this.stem, generation, request.chunkIndex, format);
    const key = joinKey(this.settings.prefix, name);
    const { store, context, firstPartBytes, maxInFlight } = this.settings;
    const target = { store, context, key, firstPartBytes, maxInFlight, writeId: randomUUID() };
    const receipt = await loadChunkObject(target, request);
    await this.withdrawIfSuperseded(key);
    return receipt;
  }

  async commit(request: CommitRequest): Promise<CommitReceipt> {
    const current = await this.currentManifest();
    let stands = current?.generation === this.context.generation ? current : undefined;
    const alreadyCommitted = stands !== undefined;
    if (stands === undefined) {
      const files = request.chunks.flatMap((chunk) => chunk.files);
      await mapLimited(files, SMALL_REQUESTS_IN_FLIGHT, (file) => this.compare(file));
      const unknown = await unknownRun(current, request);
      const build = (found: Manifest | undefined): Manifest => nextManifest(this.context, { found, unknown }, files);
      const swapped = await swapManifest(this.store, this.manifestKey, build, this.context);
      stands = swapped.manifest;
      await this.cleanUp(stands);
      return receiptOf(stands, this.manifestKey, swapped.stoodBefore);
    }
    // The attempt that committed may have been killed before it cleaned up.
    await this.cleanUp(stands);
    return receiptOf(stands, this.manifestKey, alreadyCommitted);
  }

  async verify(): Promise<{ rows: number; bytes: number; files: number }> {
    const found = await readManifest(this.store, this.manifestKey, this.context.signal);
    const files = found?.manifest.files ?? [];
    const counts = await mapLimited(files, SMALL_REQUESTS_IN_FLIGHT, (file) => this.count(file, found?.manifest));
    const there = counts.filter((count) => count !== undefined);
    return {
      rows: there.reduce((sum, count) => sum + count.rows, 0),
      bytes: there.reduce((sum, count) => sum + count.bytes, 0),
      files: there.length,
    };
  }

  /** An object is unchanged while its tag is: nothing of it is read. */
  async auditFiles(): Promise<FileAudit> {
    const found = await readManifest(this.store, this.manifestKey, this.context.signal);
    if (found === undefined) {
      return { rows: 0, faults: [{ key: this.manifestKey, problem: 'missing' }] };
    }
    const { files } = found.manifest;
    const faults = await mapLimited(files, SMALL_REQUESTS_IN_FLIGHT, (file) => this.faultOf(file));
    const known = new Set(files.map(({ key }) => key));
    const others = (await this.dataKeys((of) => of <= found.manifest.generation)).filter((key) => !known.has(key));
    return auditOf(files, faults, others);
  }

  async discard(): Promise<void> {
    const found = await readManifest(this.store, this.manifestKey, this.context.signal);
    const committed = new Set(found?.manifest.files.map((file) => file.key));
    const { generation } = this.context;
    await this.abortUploads((of) => of === generation);
    const keys = await this.dataKeys((of) => of === generation);
    const removable = keys.filter((key) => !committed.has(key));
    await mapLimited(removable, SMALL_REQUESTS_IN_FLIGHT, async (key) => {
      const head = await this.store.head(key, this.context.signal);
      if (head !== undefined && ownerOf(head).runId === this.context.runId) {
        await this.store.remove(key, this.context.signal);
      }
    });
  }

  close(): Promise<void> {
    this.store.close();
    return Promise.resolve();
  }

  private async currentManifest(): Promise<Manifest | undefined> {
    const found = await readManifest(this.store, this.manifestKey, this.context.signal);
    judgeManifest(this.manifestKey, found?.manifest, this.context);
    return found?.manifest;
  }

  /**
   * A zombie may store a file after a newer generation has cleaned up. It looks once more afterwards, so that readers
   * who list the folder instead of reading the manifest do not find old rows beside new ones.
   */
  private async withdrawIfSuperseded(key: string): Promise<void> {
    const found = await readManifest(this.store, this.manifestKey, this.context.signal);
    if (found !== undefined && found.manifest.generation > this.context.generation) {
      await this.store.remove(key, this.context.signal);
      throw runSuperseded(this.context.generation, found.manifest.generation);
    }
  }

  private async compare(file: FileReceipt): Promise<void> {
    const head = await this.store.head(file.key, this.context.signal);
    if (head === undefined) {
      throw fileMissing(file.key);
    }
    if (head.bytes !== file.bytes) {
      throw fileChanged(file.key, `${String(head.bytes)} bytes instead of ${String(file.bytes)}`);
    }
    if (file.etag !== undefined && head.etag !== file.etag) {
      throw fileChanged(file.key, 'its ETag differs');
    }
  }

  private async faultOf(file: Manifest['files'][number]): Promise<FileFault['problem'] | undefined> {
    const head = await this.store.head(file.key, this.context.signal);
    if (head === undefined) {
      return 'missing';
    }
    const same = head.bytes === file.bytes && (file.etag === undefined || head.etag === file.etag);
    return same ? undefined : 'changed';
  }

  /** Parquet rows are read from the stored footer; the rows of any other unchanged object are what was counted into it. */
  private async count(
    file: FileReceipt | Manifest['files'][number],
    manifest: Manifest | undefined,
  ): Promise<{ rows: number; bytes: number } | undefined> {
    const head = await this.store.head(file.key, this.context.signal);
    if (head === undefined || manifest === undefined) {
      return undefined;
    }
    const unchanged = head.bytes === file.bytes && head.etag === file.etag;
    if (unchanged && manifest.format.fileFormat !== 'parquet') {
      return { rows: file.rows, bytes: head.bytes };
    }
    const stored = storedObject(this.store, file.key, head.bytes, this.context.signal);
    return { rows: await countStoredRows(stored, manifest.format), bytes: head.bytes };
  }

  /** After `manifest` stands: open uploads and files of this and older generations that are not in it are rubbish. */
  private async cleanUp(manifest: Manifest): Promise<void> {
    const committed = new Set(manifest.files.map((file) => file.key));
    const notNewer = (generation: number): boolean => generation <= manifest.generation;
    await this.abortUploads(notNewer);
    const keys = await this.dataKeys(notNewer);
    const stale = keys.filter((key) => !committed.has(key));
    await mapLimited(stale, SMALL_REQUESTS_IN_FLIGHT, (key) => this.store.remove(key, this.context.signal));
  }

  private async abortUploads(chosen: (generation: number) => boolean): Promise<void> {
    const uploads = await this.store.listUploads(joinKey(this.settings.prefix, this.stem), this.context.signal);
    const rubbish = uploads.filter(({ key }) => this.isData(key, chosen));
    await mapLimited(rubbish, SMALL_REQUESTS_IN_FLIGHT, (upload) =>
      this.store.abortUpload(upload, this.context.signal),
    );
  }

  private async dataKeys(chosen: (generation: number) => boolean): Promise<string[]> {
    const keys = await this.store.listKeys(joinKey(this.settings.prefix, this.stem), this.context.signal);
    return keys.filter((key) => this.isData(key, chosen));
  }

  private isData(key: string, chosen: (generation: number) => boolean): boolean {
    const generation = dataGeneration(this.stem, nameOfKey(key));
    return generation !== undefined && chosen(generation);
  }
}
