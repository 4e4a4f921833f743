import { randomUUID } from 'node:crypto';
import { ApiError } from './api-error.ts';
import type { Upload } from './multipart.ts';
import type { JobResource } from './wire.ts';

/** Resumable uploads: a session for the job, then chunks until the announced total has arrived. */
export class UploadSessions {
  private readonly sessions = new Map<string, { job: JobResource; chunks: Buffer[]; received: number }>();

  open(job: JobResource): string {
    const id = randomUUID();
    this.sessions.set(id, { job, chunks: [], received: 0 });
    return id;
  }

  /** How many uploads have begun and neither ended nor been cancelled. */
  get size(): number {
    return this.sessions.size;
  }

  cancel(id: string): void {
    this.sessions.delete(id);
  }

  /** Answers the whole upload with the last chunk, before that the number of bytes that have arrived. */
  append(id: string, chunk: Buffer, contentRange: string | undefined): Upload | number {
    const session = this.sessions.get(id);
    if (session === undefined) {
      throw new ApiError('notFound', 'Upload session not found');
    }
    const range = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(contentRange ?? `bytes 0-0/${String(chunk.length)}`);
    const from = range?.[1];
    if (from !== undefined && Number(from) !== session.received) {
      throw new ApiError('invalid', `Chunk starts at ${from}, expected ${String(session.received)}`);
    }
    session.chunks.push(chunk);
    session.received += chunk.length;
    if (String(session.received) !== range?.[2]) {
      return session.received;
    }
    this.sessions.delete(id);
    return { job: session.job, content: Buffer.concat(session.chunks) };
  }
}
