import { createHash, randomUUID } from 'node:crypto';
import type { NewObject, ObjectHead, WriteCondition } from '../object-store/store.ts';
import type { GcsConfig } from './config.ts';

/** The parts of an object resource that are read. */
export interface ObjectResource {
  name: string;
  generation: string;
  size: string;
  md5Hash?: string;
  metadata?: Record<string, string>;
}

/** An object's generation takes the place of a tag: Google's conditions are about it. */
export function headOf({ size, generation, metadata = {} }: ObjectResource): ObjectHead {
  return { bytes: Number(size), etag: generation, metadata };
}

export function conditionParams(condition: WriteCondition): { ifGenerationMatch: string } {
  return { ifGenerationMatch: 'onlyIf' in condition ? condition.onlyIf : '0' };
}

/** Settings that travel as parameters. */
export function writeParams({ kmsKeyName }: GcsConfig): Record<string, string> {
  return kmsKeyName === undefined ? {} : { kmsKeyName };
}

/** What a new object is and how it is kept. */
export function newResource({ key, contentType, metadata }: NewObject, { storageClass }: GcsConfig): object {
  return { name: key, contentType, metadata, ...(storageClass !== undefined && { storageClass }) };
}

export function md5(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('base64');
}

/** Resource and content as one body (multipart/related). */
export function multipartBody(
  resource: object,
  contentType: string,
  content: Uint8Array,
): { type: string; bytes: Buffer } {
  const boundary = `sluice-${randomUUID()}`;
  const head = `--${boundary}\r\ncontent-type: application/json; charset=UTF-8\r\n\r\n${JSON.stringify(resource)}\r\n--${boundary}\r\ncontent-type: ${contentType}\r\n\r\n`;
  const bytes = Buffer.concat([Buffer.from(head), content, Buffer.from(`\r\n--${boundary}--`)]);
  return { type: `multipart/related; boundary=${boundary}`, bytes };
}
