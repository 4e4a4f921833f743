import { expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { SluiceError } from '../../core/errors.ts';
import type { Destination, DestinationSession } from '../../destinations/contract.ts';
import type { ObjectStoreOptions } from '../../destinations/object-store/destination.ts';
import type { ObjectStore, OpenUpload } from '../../destinations/object-store/store.ts';
import { contextOf } from './context.ts';
import { leftoversAfter, type Place } from './place.ts';
import { chunkOf, jsonLines } from './sources.ts';

const PART_BYTES = 5 * 1024 * 1024;
const BIG = jsonLines(16_000, 1_000);
const outage = new SluiceError({ code: 's3_unavailable', message: 'injected', retryable: true, fault: 'destination' });

/** A store with some of its calls replaced; `change` gets the real one. */
function changed(change: (store: ObjectStore) => Partial<ObjectStore>): (store: ObjectStore) => ObjectStore {
  return (real) => {
    const replaced = change(real);
    return new Proxy(real, {
      get: (target, name: keyof ObjectStore) => {
        const value: unknown = replaced[name] ?? target[name];
        return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
      },
    });
  };
}

export interface FaultTarget {
  place(): Promise<Place>;
  destinationWith(options: ObjectStoreOptions): Destination<unknown>;
  /** How another attempt ends an upload, where that is not by aborting it. */
  endUpload?(store: ObjectStore, upload: OpenUpload, signal: AbortSignal): Promise<void>;
}

/** What the SDK does to us when an answer gets lost: the store has done it, we are told that it failed. */
function lostAnswers(store: ObjectStore): Partial<ObjectStore> {
  return {
    put: async (...call) => {
      await store.put(...call);
      return await store.put(...call);
    },
    completeUpload: async (...call) => {
      await store.completeUpload(...call);
      return await store.completeUpload(...call);
    },
  };
}

/** What must hold when single calls of an object store fail or lose their answers. Its parts begin at 5 MiB here. */
export function describeObjectStoreFaults(target: FaultTarget): void {
  const newPlace = (): Promise<Place> => target.place();
  const openWith = (place: Place, change: (store: ObjectStore) => Partial<ObjectStore>): Promise<DestinationSession> =>
    target.destinationWith({ partBytes: PART_BYTES, wrapStore: changed(change) }).open(place.config, contextOf());

  test('40 MB in parts of 5 MiB arrive as one object with the right hash', async () => {
    const place = await newPlace();
    const content = jsonLines(40_000, 1_000);
    const numbers: number[] = [];
    const session = await openWith(place, (store) => ({
      uploadPart: (upload, partNumber, body, signal) => {
        numbers.push(partNumber);
        return store.uploadPart(upload, partNumber, body, signal);
      },
    }));
    const chunk = await session.loadChunk(chunkOf(content));
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 8 }, (_, index) => index + 1));
    expect(chunk).toMatchObject({ rows: 40_000, bytes: content.length });
    expect(chunk.files[0]?.sha256).toBe(createHash('sha256').update(content).digest('hex'));
    const stored = [...(await place.readBack()).values()];
    expect(stored.map((bytes) => bytes.equals(content))).toEqual([true]);
    await session.close();
  });

  test.each([1, 2, 3, 4])('a failed part %i fails the whole; no object, no open upload', async (failing) => {
    const place = await newPlace();
    let failures = 0;
    const session = await openWith(place, (store) => ({
      uploadPart: (upload, partNumber, body, signal) => {
        if (partNumber === failing && failures === 0) {
          failures += 1;
          return Promise.reject(outage);
        }
        return store.uploadPart(upload, partNumber, body, signal);
      },
    }));
    await expect(session.loadChunk(chunkOf(BIG))).rejects.toMatchObject({ code: 's3_unavailable', retryable: true });
    expect(await place.readBack()).toEqual(new Map());
    expect(await leftoversAfter('failure', place)).toEqual([]);
    expect((await session.loadChunk(chunkOf(BIG))).rows).toBe(16_000);
    await session.close();
  });

  test('a failed part ends the load although the source hangs', async () => {
    const place = await newPlace();
    const session = await openWith(place, (store) => ({
      uploadPart: (upload, partNumber, body, signal) =>
        partNumber === 2
          ? new Promise((_resolve, reject) => {
              setImmediate(() => reject(outage));
            })
          : store.uploadPart(upload, partNumber, body, signal),
    }));
    // The source hangs after the failing part: the failure itself must end the load.
    await expect(session.loadChunk(chunkOf(BIG, 0, { stopAt: 0.9, then: 'hang' }))).rejects.toBe(outage);
    expect(await leftoversAfter('failure', place)).toEqual([]);
    await session.close();
  });

  test.each([
    ['put', jsonLines(10)],
    ['completion', BIG],
  ])('the lost answer of a %s: our own object is recognised', async (_call, content) => {
    const place = await newPlace();
    let reads = 0;
    const session = await openWith(place, (store) => ({
      ...lostAnswers(store),
      read: (...call) => {
        reads += 1;
        return store.read(...call);
      },
    }));
    const chunk = await session.loadChunk(chunkOf(content));
    expect(chunk.files[0]?.sha256).toBe(createHash('sha256').update(content).digest('hex'));
    expect(reads).toBe(0);
    const committed = await session.commit({ chunks: [chunk] });
    expect(committed.rows).toBe(chunk.rows);
    expect(await place.leftovers()).toEqual([]);
    await session.close();
  });

  test('an upload that another attempt ended is retryable and appears nowhere', async () => {
    const place = await newPlace();
    const session = await openWith(place, (store) => ({
      completeUpload: async (upload, parts, signal) => {
        await (target.endUpload?.(store, upload, signal) ?? store.abortUpload(upload, signal));
        return await store.completeUpload(upload, parts, signal);
      },
    }));
    await expect(session.loadChunk(chunkOf(BIG))).rejects.toMatchObject({
      code: 'object_write_conflict',
      retryable: true,
    });
    expect(await place.readBack()).toEqual(new Map());
    await session.close();
  });

  test('an interval lost its answer while the manifest was written: committed once', async () => {
    const place = await newPlace();
    const session = await openWith(place, lostAnswers);
    const chunk = await session.loadChunk(chunkOf(jsonLines(3)));
    expect(await session.commit({ chunks: [chunk] })).toMatchObject({ rows: 3, alreadyCommitted: true });
    expect(await place.manifests()).toHaveLength(1);
    await session.close();
  });

  test('the check finds a store that ignores conditions', async () => {
    const place = await newPlace();
    const destination = target.destinationWith({
      wrapStore: changed((store) => ({
        put: async (object, body, condition, signal) => {
          await store.remove(object.key, signal);
          return await store.put(object, body, { onlyNew: true }, signal);
        },
      })),
    });
    const steps = await destination.check(place.config, new AbortController().signal);
    expect(steps.map(({ name, status }) => `${name}: ${status}`).slice(-4)).toEqual([
      'conditional write: failed',
      'conditional replacement: skipped',
      'conditional upload in parts: skipped',
      'delete: skipped',
    ]);
  });
}
