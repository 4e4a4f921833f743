import type { StoredFile } from '../stored-content.ts';
import type { ObjectStore } from './store.ts';

/** An object as something whose content can be counted. */
export function storedObject(store: ObjectStore, key: string, bytes: number, signal: AbortSignal): StoredFile {
  return {
    key,
    bytes,
    readAll: async () => await store.read(key, signal),
    readRange: async (offset, length) => {
      const pieces: Uint8Array[] = [];
      for await (const piece of await store.read(key, signal, { offset, length })) {
        pieces.push(piece);
      }
      return Buffer.concat(pieces);
    },
  };
}
