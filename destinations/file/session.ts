import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { abortable, linkController } from '../abort.ts';
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
import { fileChanged, fileMissing, generationTaken, runSuperseded } from '../errors.ts';
import { fileEncoding } from '../file-encoding.ts';
import { dataGeneration, dataName, intervalStem, joinKey, manifestGeneration, manifestName } from '../keys.ts';
import {
  encodeManifest,
  judgeManifest,
  type Manifest,
  nextManifest,
  parseManifest,
  receiptOf,
  unknownRun,
} from '../manifest.ts';
import { mapLimited } from '../map-limited.ts';
import { countStoredRows, inspectStored } from '../stored-content.ts';
import { ensureDirectory, removeFile, syncDirectory, writeExclusively } from './exclusive-write.ts';
import { namesIn, readIfThere, storedFile } from './folder.ts';
import { hiddenGeneration, isOrphan, ownerName, temporaryName } from './names.ts';

/*
 * A local file system can create a name exclusively but cannot compare and swap a file's content. So each generation
 * has a manifest name of its own (`-g<n>` from 1 on) and THE HIGHEST ONE COUNTS; older ones are removed right after.
 */

const FILES_AT_ONCE = 4;

export class FileSession implements DestinationSession {
  private readonly root: string;
  private readonly prefix: string;
  private readonly folder: string;
  private readonly context: SessionContext;
  private readonly stem: string;

  constructor(root: string, prefix: string, context: SessionContext) {
    this.root = root;
    this.prefix = prefix;
    this.folder = join(root, prefix);
    this.context = context;
    this.stem = intervalStem(context.exportId, context.interval);
  }

  /** Throws when this attempt has no business here; claims the generation for its run; removes dead processes' files. */
  async begin(): Promise<void> {
    await ensureDirectory(this.folder);
    if ((await this.newestManifest())?.generation !== this.context.generation) {
      await this.claimGeneration();
    }
    const orphans = (await namesIn(this.folder)).filter(
      (name) => hiddenGeneration(this.stem, name) !== undefined && isOrphan(name),
    );
    await mapLimited(orphans, FILES_AT_ONCE, (name) => removeFile(join(this.folder, name)));
  }

  async loadChunk(request: LoadChunkRequest): Promise<ChunkReceipt> {
    const { generation, format, signal } = this.context;
    signal.throwIfAborted();
    const name = dataName(this.stem, generation, request.chunkIndex, format);
    const receipt = (await this.adopt(name)) ?? (await this.store(name, request)) ?? (await this.adopt(name));
    if (receipt === undefined) {
      throw fileMissing(joinKey(this.prefix, name));
    }
    await this.withdrawIfSuperseded([name]);
    return receipt;
  }

  async commit(request: CommitRequest): Promise<CommitReceipt> {
    const before = await this.newestManifest();
    if (before?.generation === this.context.generation) {
      // The attempt that committed may have been killed before it cleaned up.
      return await this.finishCommit(before, true);
    }
    const files = request.chunks.flatMap((chunk) => chunk.files);
    await mapLimited(files, FILES_AT_ONCE, (file) => this.compare(file));
    const unknown = await unknownRun(before, request);
    const mine = nextManifest(this.context, { found: before, unknown }, files);
    const name = manifestName(this.stem, this.context.generation);
    const won = await this.writeNew(name, encodeManifest(mine));
    await this.withdrawIfSuperseded([name, ...files.map((file) => this.nameOf(file.key))]);
    return await this.finishCommit(won ? mine : ((await this.newestManifest()) ?? mine), !won);
  }

  async verify(): Promise<{ rows: number; bytes: number; files: number }> {
    const manifest = await this.readNewestManifest();
    const counts = await mapLimited(manifest?.files ?? [], FILES_AT_ONCE, async ({ key }) => {
      const stored = await storedFile(join(this.root, key), key);
      return stored === undefined || manifest === undefined
        ? undefined
        : { rows: await countStoredRows(stored, manifest.format), bytes: stored.bytes };
    });
    const there = counts.filter((count) => count !== undefined);
    return {
      rows: there.reduce((sum, count) => sum + count.rows, 0),
      bytes: there.reduce((sum, count) => sum + count.bytes, 0),
      files: there.length,
    };
  }

  /** A file has no tag: all of it is read. */
  async auditFiles(): Promise<FileAudit> {
    const manifest = await this.readNewestManifest();
    if (manifest === undefined) {
      return { rows: 0, faults: [{ key: joinKey(this.prefix, manifestName(this.stem, 0)), problem: 'missing' }] };
    }
    const faults = await mapLimited(manifest.files, FILES_AT_ONCE, (file) => this.faultOf(file));
    const known = new Set(manifest.files.map(({ key }) => this.nameOf(key)));
    const names = await namesIn(this.folder);
    const others = names.filter(
      (name) => (dataGeneration(this.stem, name) ?? Infinity) <= manifest.generation && !known.has(name),
    );
    return auditOf(
      manifest.files,
      faults,
      others.map((name) => joinKey(this.prefix, name)),
    );
  }

  async discard(): Promise<void> {
    const { generation } = this.context;
    const committed = await this.readNewestManifest();
    const names = await namesIn(this.folder);
    if (names.includes(manifestName(this.stem, generation)) || committed?.generation === generation) {
      return;
    }
    await this.removeNames(
      names.filter(
        (name) => dataGeneration(this.stem, name) === generation || hiddenGeneration(this.stem, name) === generation,
      ),
    );
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private nameOf(key: string): string {
    return key.slice(this.prefix === '' ? 0 : this.prefix.length + 1);
  }

  private async readNewestManifest(): Promise<Manifest | undefined> {
    const generations = (await namesIn(this.folder))
      .map((name) => manifestGeneration(this.stem, name))
      .filter((generation) => generation !== undefined);
    if (generations.length === 0) {
      return undefined;
    }
    const name = manifestName(this.stem, Math.max(...generations));
    const text = await readIfThere(join(this.folder, name));
    return text === undefined ? await this.readNewestManifest() : parseManifest(joinKey(this.prefix, name), text);
  }

  private async newestManifest(): Promise<Manifest | undefined> {
    const manifest = await this.readNewestManifest();
    judgeManifest(joinKey(this.prefix, manifestName(this.stem, manifest?.generation ?? 0)), manifest, this.context);
    return manifest;
  }

  /** Names cannot say whose plan they follow, so the first run of a generation writes itself down. */
  private async claimGeneration(): Promise<void> {
    const name = ownerName(this.stem, this.context.generation);
    const won = await this.writeNew(name, Buffer.from(this.context.runId));
    const owner = won ? this.context.runId : await readIfThere(join(this.folder, name));
    if (owner === undefined) {
      // Removed meanwhile by a commit or a discard: the manifest decides.
      await this.newestManifest();
    } else if (owner !== this.context.runId) {
      throw generationTaken(this.context.generation, owner);
    }
  }

  private async writeNew(name: string, content: Uint8Array): Promise<boolean> {
    return await writeExclusively({
      directory: this.folder,
      name,
      temporaryName: temporaryName(this.stem, this.context.generation, this.context.runId),
      fill: async (write) => write(content),
    });
  }

  private async adopt(name: string): Promise<ChunkReceipt | undefined> {
    const stored = await storedFile(join(this.folder, name), joinKey(this.prefix, name));
    if (stored === undefined) {
      return undefined;
    }
    const content = await inspectStored(stored, this.context.format);
    const file = { key: joinKey(this.prefix, name), bytes: stored.bytes, ...content };
    return { rows: file.rows, bytes: file.bytes, files: [file] };
  }

  /** Returns undefined when another attempt was first. */
  private async store(name: string, request: LoadChunkRequest): Promise<ChunkReceipt | undefined> {
    const hash = createHash('sha256');
    let [rows, bytes] = [0, 0];
    const link = linkController(this.context.signal);
    try {
      const won = await writeExclusively({
        directory: this.folder,
        name,
        temporaryName: temporaryName(this.stem, this.context.generation, this.context.runId),
        fill: async (write) => {
          const source = await request.openSource(fileEncoding(this.context.format, this.context.columns), link.signal);
          for await (const piece of abortable(source.body, link.signal)) {
            hash.update(piece);
            const writing = write(piece);
            if (writing !== undefined) {
              await writing;
            }
            bytes += piece.length;
            request.onProgress(piece.length);
          }
          rows = source.rows();
          link.signal.throwIfAborted();
        },
      });
      const file = { key: joinKey(this.prefix, name), rows, bytes, sha256: hash.digest('hex') };
      return won ? { rows, bytes, files: [file] } : undefined;
    } catch (error) {
      link.abort(error);
      throw error;
    } finally {
      link.unlink();
    }
  }

  private async compare(file: FileReceipt): Promise<void> {
    const stored = await storedFile(join(this.root, file.key), file.key);
    if (stored === undefined) {
      throw fileMissing(file.key);
    }
    if (stored.bytes !== file.bytes) {
      throw fileChanged(file.key, `${String(stored.bytes)} bytes instead of ${String(file.bytes)}`);
    }
  }

  private async faultOf(file: Manifest['files'][number]): Promise<FileFault['problem'] | undefined> {
    const stored = await storedFile(join(this.root, file.key), file.key);
    if (stored === undefined) {
      return 'missing';
    }
    const hash = createHash('sha256');
    for await (const piece of abortable(await stored.readAll(), this.context.signal)) {
      hash.update(piece);
    }
    return hash.digest('hex') === file.sha256 ? undefined : 'changed';
  }

  /** A zombie may finish after a newer generation has cleaned up: it looks once more and takes its own away. */
  private async withdrawIfSuperseded(names: readonly string[]): Promise<void> {
    const newest = await this.readNewestManifest();
    if (newest !== undefined && newest.generation > this.context.generation) {
      await this.removeNames(names);
      throw runSuperseded(this.context.generation, newest.generation);
    }
  }

  private async finishCommit(manifest: Manifest, alreadyCommitted: boolean): Promise<CommitReceipt> {
    const committed = new Set(manifest.files.map((file) => this.nameOf(file.key)));
    const names = await namesIn(this.folder);
    const isOlder = (of: number | undefined): boolean => of !== undefined && of < manifest.generation;
    const isPast = (of: number | undefined): boolean => of !== undefined && of <= manifest.generation;
    // Manifests first: as long as an old one is there, its files should be.
    await this.removeNames(names.filter((name) => isOlder(manifestGeneration(this.stem, name))));
    await this.removeNames(
      names.filter(
        (name) =>
          isPast(hiddenGeneration(this.stem, name)) ||
          (isPast(dataGeneration(this.stem, name)) && !committed.has(name)),
      ),
    );
    return receiptOf(manifest, joinKey(this.prefix, manifestName(this.stem, manifest.generation)), alreadyCommitted);
  }

  private async removeNames(names: readonly string[]): Promise<void> {
    await mapLimited(names, FILES_AT_ONCE, (name) => removeFile(join(this.folder, name)));
    if (names.length > 0) {
      await syncDirectory(this.folder);
    }
  }
}
