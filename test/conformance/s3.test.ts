import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createS3Destination } from '../../destinations/s3/index.ts';
import { contextOf } from './context.ts';
import { destinationUnderTest } from './destinations-under-test.ts';
import { describeDestination, SUITE_TIMEOUT_MS } from './destination-suite.ts';
import { describeObjectStoreFaults } from './object-store-faults.ts';
import type { Place } from './place.ts';
import { s3Place } from './s3-place.ts';
import { type S3Server, startS3Server } from './s3-server.ts';

jest.setTimeout(SUITE_TIMEOUT_MS);

let server: S3Server;
beforeAll(async () => {
  server = await startS3Server();
});
afterAll(() => server.stop());

function configOf(bucket: string): Record<string, unknown> {
  const { endpoint, accessKeyId, secretAccessKey } = server;
  return { bucket, region: 'us-east-1', prefix: 'out', endpoint, forcePathStyle: true, accessKeyId, secretAccessKey };
}

async function place(): Promise<Place> {
  const bucket = await server.createBucket();
  return s3Place({ client: server.client(), bucket, folder: '', config: configOf(bucket) });
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
