import { createGunzip } from 'node:zlib';
import { Decompress } from 'fzstd';
import type { Compression } from '../core/formats.ts';
import type { StreamCheck } from './stream-checks.ts';

/** Counts and checks what is inside of a packed document, while its packed bytes are the ones that travel. */
export function unpackedCheck(inner: StreamCheck, compression: Compression): StreamCheck {
  return compression === 'zstd' ? zstdCheck(inner) : gzipCheck(inner);
}

function gzipCheck(inner: StreamCheck): StreamCheck {
  const gunzip = createGunzip({ chunkSize: 128 * 1024 });
  let taken = false;
  const whole = new Promise<boolean>((resolve) => {
    gunzip.once('end', () => resolve(true));
    gunzip.once('error', () => resolve(false));
    gunzip.once('close', () => resolve(false));
  });
  gunzip.on('data', (bytes: Buffer) => void inner.push(bytes));
  return {
    ...inner,
    push: (bytes) => {
      taken = true;
      if (gunzip.destroyed || gunzip.write(bytes)) {
        return undefined;
      }
      return Promise.race([
        new Promise<void>((resolve) => gunzip.once('drain', () => resolve())),
        whole.then(() => undefined),
      ]);
    },
    end: async () => {
      gunzip.end();
      // A server may answer nothing at all with no packing around it.
      return (await whole) || !taken;
    },
    release: () => gunzip.destroy(),
  };
}

function zstdCheck(inner: StreamCheck): StreamCheck {
  let [damaged, taken] = [false, false];
  const unpack = new Decompress((bytes) => void inner.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)));
  const feed = (bytes: Uint8Array, last: boolean): void => {
    try {
      unpack.push(bytes, last);
    } catch {
      damaged = true;
    }
  };
  return {
    ...inner,
    push: (bytes) => {
      taken = true;
      if (!damaged) {
        feed(bytes, false);
      }
      return undefined;
    },
    end: () => {
      if (taken && !damaged) {
        feed(new Uint8Array(0), true);
      }
      return Promise.resolve(!damaged);
    },
  };
}
