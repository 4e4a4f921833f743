import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/*
 * Every read of a socket makes a buffer outside of the heap that is of no use a moment later. The engine counts these
 * bytes as growth of the old generation and answers every 7 MB of a stream with a full collection, although a young
 * one, a hundred times cheaper, frees them. Asked for after each 2 MB, young ones suffice: measured on 178 MB of
 * Parquet into a file and into S3, 22 to 25 full collections became 2 to 6, and the CPU time of the process fell from
 * 1.3 to 0.6 and from 1.5 to 0.9 seconds.
 */
const BYTES_BETWEEN = 2 * 1024 * 1024;

type Collect = (options: { type: 'minor' }) => void;

/** Undefined where the engine does not offer it: then streams only cost more. */
function findCollector(): Collect | undefined {
  setFlagsFromString('--expose-gc');
  const found: unknown = runInNewContext('globalThis.gc');
  return typeof found === 'function' ? (found as Collect) : undefined;
}

const collect = findCollector();
let bytesSince = 0;

/** Call with the size of each buffer of a stream that has passed. Of all streams of the process together. */
export function bytesPassed(bytes: number): void {
  bytesSince += bytes;
  if (bytesSince >= BYTES_BETWEEN) {
    bytesSince = 0;
    collect?.({ type: 'minor' });
  }
}
