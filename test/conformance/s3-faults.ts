import { expect, test } from '@jest/globals';
import { createHash, randomUUID } from 'node:crypto';
import { SluiceError } from '../../core/errors.ts';
import type { DestinationSession } from '../../destinations/contract.ts';
import { createS3Api, type S3Api } from '../../destinations/s3/client.ts';
import type { S3Config } from '../../destinations/s3/config.ts';
import { createS3Destination } from '../../destinations/s3/index.ts';
import { contextOf } from './context.ts';
import type { Place } from './place.ts';
import { chunkOf, jsonLines } from './sources.ts';

const PART_BYTES = 5 * 1024 * 1024;
const BIG = jsonLines(16_000, 1_000);
const outage = new SluiceError({ code: 's3_unavailable', message: 'injected', retryable: true, fault: 'destination' });

/** Opens a session whose client has some of its calls replaced; `change` gets the real one. */
async function openWith(place: Place, change: (api: S3Api) => Partial<S3Api>): Promise<DestinationSession> {
  const createApi = (config: S3Config): S3Api => {
    const real = createS3Api(config);
    const changed = change(real);
    return new Proxy(real, {
      get: (target, name: keyof S3Api) => changed[name] ?? (target[name] as () => unknown).bind(target),
    });
  };
  const destination = createS3Destination({ partBytes: PART_BYTES, createApi });
  return await destination.open(place.config as S3Config, contextOf());
}

/** What the SDK does to us when an answer gets lost: the store has done it, we are told that it failed. */
function lostAnswers(api: S3Api): Partial<S3Api> {
  return {
    put: async (...call) => {
      await api.put(...call);
      return await api.put(...call);
    },
    completeUpload: async (...call) => {
      await api.completeUpload(...call);
      return await api.completeUpload(...call);
    },
  };
}

export function describeS3Faults(newPlace: () => Promise<Place>): void {
  test('40 MB in parts of 5 MiB arrive as one object with the right hash', async () => {
    const place = await newPlace();
    const content = jsonLines(40_000, 1_000);
    const numbers: number[] = [];
    const session = await openWith(place, (api) => ({
      uploadPart: (upload, partNumber, body, signal) => {
        numbers.push(partNumber);
        return api.uploadPart(upload, partNumber, body, signal);
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
    const session = await openWith(place, (api) => ({
      uploadPart: (upload, partNumber, body, signal) => {
        if (partNumber === failing && failures === 0) {
          failures += 1;
          return Promise.reject(outage);
        }
        return api.uploadPart(upload, partNumber, body, signal);
      },
    }));
    await expect(session.loadChunk(chunkOf(BIG))).rejects.toMatchObject({ code: 's3_unavailable', retryable: true });
    expect(await place.readBack()).toEqual(new Map());
    expect(await place.leftovers()).toEqual([]);
    expect((await session.loadChunk(chunkOf(BIG))).rows).toBe(16_000);
    await session.close();
  });

  test('a failed part ends the load although the source hangs', async () => {
    const place = await newPlace();
    const session = await openWith(place, (api) => ({
      uploadPart: (upload, partNumber, body, signal) =>
        partNumber === 2
          ? new Promise((_resolve, reject) => {
              setImmediate(() => reject(outage));
            })
          : api.uploadPart(upload, partNumber, body, signal),
    }));
    // The source hangs after the failing part: the failure itself must end the load.
    await expect(session.loadChunk(chunkOf(BIG, 0, { stopAt: 0.9, then: 'hang' }))).rejects.toBe(outage);
    expect(await place.leftovers()).toEqual([]);
    await session.close();
  });

  test.each([
    ['put', jsonLines(10)],
    ['completion', BIG],
  ])('the lost answer of a %s: our own object is recognised', async (_call, content) => {
    const place = await newPlace();
    let reads = 0;
    const session = await openWith(place, (api) => ({
      ...lostAnswers(api),
      read: (...call) => {
        reads += 1;
        return api.read(...call);
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

  test('an upload that another attempt aborted is retryable and appears nowhere', async () => {
    const place = await newPlace();
    const session = await openWith(place, (api) => ({
      completeUpload: async (upload, parts, signal) => {
        await api.abortUpload(upload, signal);
        return await api.completeUpload(upload, parts, signal);
      },
    }));
    await expect(session.loadChunk(chunkOf(BIG))).rejects.toMatchObject({ code: 's3_write_conflict', retryable: true });
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

  test('the check finds a store that ignores If-None-Match', async () => {
    const place = await newPlace();
    const destination = createS3Destination({
      createApi: (config) =>
        Object.assign(createS3Api(config), { put: () => Promise.resolve({ outcome: 'stored', etag: 'x' }) }),
    });
    const steps = await destination.check(place.config as S3Config, new AbortController().signal);
    expect(steps.map(({ name, status }) => `${name}: ${status}`).slice(0, 4)).toEqual([
      'bucket: passed',
      'write: passed',
      'conditional write: failed',
      'read: skipped',
    ]);
  });

  test('no store at the endpoint: retryable, the endpoint is named', async () => {
    const place = await newPlace();
    const config = { ...(place.config as S3Config), endpoint: 'http://127.0.0.1:9' };
    const context = { code: 's3_unreachable', retryable: true, fault: 'destination' };
    await expect(openWith({ ...place, config }, () => ({}))).rejects.toMatchObject(context);
  });
}
