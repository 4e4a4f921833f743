import type { StoredFile } from '../stored-content.ts';
import type { S3Api } from './client.ts';

/** An object as something whose content can be counted. */
export function storedObject(api: S3Api, key: string, bytes: number, signal: AbortSignal): StoredFile {
  return {
    bytes,
    readAll: async () => await api.read(key, signal),
    readRange: async (offset, length) => {
      const pieces: Uint8Array[] = [];
      for await (const piece of await api.read(key, signal, { offset, length })) {
        pieces.push(piece);
      }
      return Buffer.concat(pieces);
    },
  };
}
