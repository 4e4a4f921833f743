import { createDecipheriv, createHash, randomBytes, randomUUID, type Hash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface StoredFile {
  /** Within its stage. */
  path: string;
  /** Where the plain bytes are. */
  localPath: string;
  /** Of the bytes as uploaded, that is encrypted. */
  bytes: number;
  md5: string;
  modified: Date;
  digest: string;
}

/** What an upload may do: write below one prefix of one stage, with this key. */
export interface UploadGrant {
  token: string;
  stageId: string;
  prefix: string;
  /** Base64; wraps the key that each file is encrypted with. */
  masterKey: string;
  queryId: string;
}

export interface UploadHeaders {
  digest: string | undefined;
  /** JSON: wrapped key and IV. */
  encryption: string | undefined;
  /** JSON: which master key. */
  material: string | undefined;
}

interface Encryption {
  WrappedContentKey: { EncryptedKey: string };
  ContentEncryptionIV: string;
}

function decipherOf(grant: UploadGrant, { encryption, material }: UploadHeaders): Transform {
  if (encryption === undefined || material === undefined) {
    throw new Error('the file is not encrypted');
  }
  if ((JSON.parse(material) as { queryId: string }).queryId !== grant.queryId) {
    throw new Error('the file is encrypted with the key of another upload');
  }
  const { WrappedContentKey, ContentEncryptionIV } = JSON.parse(encryption) as Encryption;
  const unwrap = createDecipheriv('aes-256-ecb', Buffer.from(grant.masterKey, 'base64'), null);
  const key = Buffer.concat([unwrap.update(WrappedContentKey.EncryptedKey, 'base64'), unwrap.final()]);
  return createDecipheriv('aes-256-cbc', key, Buffer.from(ContentEncryptionIV, 'base64'));
}

function meter(hash: Hash, count: { bytes: number }): Transform {
  return new Transform({
    transform(piece: Buffer, _encoding, done) {
      hash.update(piece);
      count.bytes += piece.length;
      done(null, piece);
    },
  });
}

/** The files of all stages, in a folder. A file is there as a whole or not at all. */
export class ObjectStore {
  /** Where clients reach it, e.g. `http://127.0.0.1:1234/storage`. */
  readonly endpoint: string;
  private readonly directory: string;
  private readonly stages = new Map<string, Map<string, StoredFile>>();
  private readonly grants = new Map<string, UploadGrant>();

  constructor(directory: string, endpoint: string) {
    this.directory = directory;
    this.endpoint = endpoint;
  }

  grant(stageId: string, prefix: string, queryId: string): UploadGrant {
    const grant = { token: randomUUID(), stageId, prefix, masterKey: randomBytes(32).toString('base64'), queryId };
    this.grants.set(grant.token, grant);
    return grant;
  }

  granted(token: string): UploadGrant | undefined {
    return this.grants.get(token);
  }

  find(stageId: string, path: string): StoredFile | undefined {
    return this.stages.get(stageId)?.get(path);
  }

  /** Every file whose path starts so: a prefix is no folder, `a/1` also finds `a/10`. */
  list(stageId: string, prefix: string): StoredFile[] {
    const files = [...(this.stages.get(stageId)?.values() ?? [])];
    return files.filter(({ path }) => path.startsWith(prefix)).sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** Throws when the stream breaks off, does not decrypt or is not what its digest says. */
  async store(grant: UploadGrant, path: string, body: Readable, headers: UploadHeaders): Promise<void> {
    const localPath = join(this.directory, grant.stageId, `${randomUUID()}.data`);
    await mkdir(dirname(localPath), { recursive: true });
    const [encrypted, plain] = [{ bytes: 0 }, { bytes: 0 }];
    const [md5, sha256] = [createHash('md5'), createHash('sha256')];
    const temporary = `${localPath}.part`;
    try {
      await pipeline(
        body,
        meter(md5, encrypted),
        decipherOf(grant, headers),
        meter(sha256, plain),
        createWriteStream(temporary),
      );
      const digest = sha256.digest('base64');
      if (digest !== headers.digest) {
        throw new Error('the digest does not fit the bytes');
      }
      await rename(temporary, localPath);
      const file = { path, localPath, bytes: encrypted.bytes, md5: md5.digest('hex'), modified: new Date(), digest };
      this.put(grant.stageId, file);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  private put(stageId: string, file: StoredFile): void {
    const files = this.stages.get(stageId) ?? new Map<string, StoredFile>();
    files.set(file.path, file);
    this.stages.set(stageId, files);
  }

  async remove(stageId: string, path: string): Promise<void> {
    const file = this.find(stageId, path);
    if (file !== undefined) {
      this.stages.get(stageId)?.delete(path);
      await rm(file.localPath, { force: true });
    }
  }

  async removeStage(stageId: string): Promise<void> {
    this.stages.delete(stageId);
    await rm(join(this.directory, stageId), { recursive: true, force: true });
  }
}
