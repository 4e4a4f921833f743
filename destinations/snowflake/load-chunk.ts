import { createHash } from 'node:crypto';
import { mkdtemp, open, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { abortable } from '../abort.ts';
import type { ChunkReceipt, LoadChunkRequest } from '../contract.ts';
import { localFileError } from './errors.ts';
import type { Layout } from './layout.ts';
import type { Scope } from './scope.ts';
import { fileName, findChunk, putFile, type StagedFile } from './staged-files.ts';

/** Stages one chunk; one that is staged already is used as it is. */
export async function loadChunk(scope: Scope, layout: Layout, request: LoadChunkRequest): Promise<ChunkReceipt> {
  const folder = scope.names.files(layout.id);
  const found = await findChunk(scope, folder, request.chunkIndex);
  return receiptOf(found ?? (await stageChunk(scope, { layout, folder, request })));
}

function receiptOf({ path, ...file }: StagedFile): ChunkReceipt {
  return { rows: file.rows, bytes: file.bytes, files: [{ key: path, ...file }] };
}

/** The SDK uploads files, not streams: the chunk takes its size on the local disk, and once more while it is encrypted. */
async function stageChunk(
  scope: Scope,
  { layout, folder, request }: { layout: Layout; folder: string; request: LoadChunkRequest },
): Promise<StagedFile> {
  const parent = scope.temporaryFolder ?? tmpdir();
  const directory = await mkdtemp(join(parent, 'sluice-snowflake-')).catch((error: unknown) => {
    throw localFileError(error);
  });
  const remove = (): Promise<void> => rm(directory, { recursive: true, force: true });
  const { localPath, file } = await writeFile(scope, { layout, folder, request }, directory).catch(
    async (error: unknown) => {
      await remove();
      throw localFileError(error);
    },
  );
  await putFile(scope, { localPath, folder }, () => void remove());
  return file;
}

async function writeFile(
  scope: Scope,
  { layout, folder, request }: { layout: Layout; folder: string; request: LoadChunkRequest },
  directory: string,
): Promise<{ localPath: string; file: StagedFile }> {
  const unnamed = join(directory, 'chunk');
  const content = await writeSource(scope, layout, request, unnamed);
  const name = fileName(request.chunkIndex, content);
  const localPath = join(directory, name);
  await rename(unnamed, localPath);
  scope.context.signal.throwIfAborted();
  return { localPath, file: { path: `${folder}${name}`, ...content } };
}

async function writeSource(
  { context: { signal } }: Scope,
  { encoding }: Layout,
  request: LoadChunkRequest,
  path: string,
): Promise<Omit<StagedFile, 'path'>> {
  const [hash, file] = [createHash('sha256'), await open(path, 'w')];
  let bytes = 0;
  try {
    const source = await request.openSource(encoding, signal);
    for await (const piece of abortable(source.body, signal)) {
      await file.writeFile(piece);
      hash.update(piece);
      bytes += piece.length;
      request.onProgress(piece.length);
    }
    return { rows: source.rows(), bytes, sha256: hash.digest('hex') };
  } finally {
    await file.close();
  }
}
