import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createS3Destination } from '../../destinations/s3/index.ts';
import { contextOf } from './context.ts';
import { destinationUnderTest } from './destinations-under-test.ts';
import { describeDestination, SUITE_TIMEOUT_MS } from './destination-suite.ts';
import { describeObjectStoreFaults } from './object-store-faults.ts';
import type { Place } from './place.ts';
import { type S3Server, startS3Server } from './s3-server.ts';

jest.setTimeout(SUITE_TIMEOUT_MS);

let server: S3Server;
beforeAll(async () => {
  server = await startS3Server();
});
afterAll(() => server.stop());

function configOf(bucket: string): Record<string, unknown> {
  const { endpoint, accessKeyId, secretAccessKey } = server;
  const prefix = 'out/{table}/year={year}';
  return { bucket, region: 'us-east-1', prefix, endpoint, forcePathStyle: true, accessKeyId, secretAccessKey };
}

async function keysOf(bucket: string): Promise<string[]> {
  const { Contents } = await server.client().send(new ListObjectsV2Command({ Bucket: bucket }));
  return (Contents ?? []).map(({ Key }) => Key ?? '');
}

async function bytesOf(bucket: string, key: string): Promise<Buffer> {
  const { Body } = await server.client().send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

async function placeIn(bucket: string): Promise<Place> {
  const isManifest = (key: string): boolean => key.endsWith('_manifest.json');
  return {
    destination: destinationUnderTest('s3'),
    config: configOf(bucket),
    readBack: async () => {
      const keys = (await keysOf(bucket)).filter((key) => !isManifest(key));
      return new Map(await Promise.all(keys.map(async (key) => [key, await bytesOf(bucket, key)] as const)));
    },
    manifests: async () => {
      const keys = (await keysOf(bucket)).filter(isManifest);
      return await Promise.all(
        keys.map(async (key) => JSON.parse((await bytesOf(bucket, key)).toString()) as Record<string, unknown>),
      );
    },
    leftovers: async () => {
      const { Uploads } = await server.client().send(new ListMultipartUploadsCommand({ Bucket: bucket }));
      return (Uploads ?? []).map(({ Key, UploadId }) => `${Key ?? ''} ${UploadId ?? ''}`);
    },
    remove: async (key) => {
      await server.client().send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    },
  };
}

async function place(): Promise<Place> {
  return await placeIn(await server.createBucket());
}

describe('s3', () => {
  describeDestination({
    kind: 's3',
    place,
    wrongConfigs: async () => {
      const right = configOf(await server.createBucket());
      const secret = 'wrong-secret-0123456789';
      return [
        {
          name: 'bucket',
          config: { ...right, bucket: 'no-such-bucket-at-all' },
          code: 's3_bucket_missing',
          secret: server.secretAccessKey,
        },
        { name: 'secret', config: { ...right, secretAccessKey: secret }, code: 's3_credentials_refused', secret },
        { name: 'key id', config: { ...right, accessKeyId: secret }, code: 's3_credentials_refused', secret },
      ];
    },
  });
  describe('faults of the store', () => {
    describeObjectStoreFaults({ place, destinationWith: (options) => createS3Destination(options) });
  });

  test('no store at the endpoint: retryable, the endpoint is named', async () => {
    const config = { ...configOf('anything'), endpoint: 'http://127.0.0.1:9' };
    const opened = destinationUnderTest('s3').open(config, contextOf());
    await expect(opened).rejects.toMatchObject({ code: 's3_unreachable', retryable: true, fault: 'destination' });
  });
});
