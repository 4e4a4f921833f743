import { S3Client } from '@aws-sdk/client-s3';
import { afterAll } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { s3ConfigSchema } from '../../destinations/s3/config.ts';
import { describeDestination } from '../conformance/destination-suite.ts';
import { emptyS3Folder, type S3Folder, s3Place } from '../conformance/s3-place.ts';
import { accountOf } from './accounts.ts';

const config = s3ConfigSchema.parse(accountOf('s3'));
const { bucket, region, endpoint, forcePathStyle, accessKeyId = '', secretAccessKey = '', sessionToken } = config;

const client = new S3Client({
  region,
  forcePathStyle,
  ...(endpoint !== undefined && { endpoint }),
  credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) },
});
const folders: S3Folder[] = [];

afterAll(async () => {
  for (const folder of folders) {
    await emptyS3Folder(folder);
  }
  client.destroy();
});

describeDestination({
  kind: 's3',
  place: () => {
    const folder = { client, bucket, folder: `sluice-live-${randomUUID()}/`, config };
    folders.push(folder);
    return Promise.resolve(s3Place(folder));
  },
  wrongConfigs: () => {
    const right = { ...config, prefix: 'sluice-live-wrong' };
    const secret = 'wrong-secret-0123456789';
    return Promise.resolve([
      {
        name: 'bucket',
        config: { ...right, bucket: `missing-${randomUUID()}` },
        code: 's3_bucket_missing',
        secret: secretAccessKey,
      },
      { name: 'secret', config: { ...right, secretAccessKey: secret }, code: 's3_credentials_refused', secret },
      { name: 'key id', config: { ...right, accessKeyId: secret }, code: 's3_credentials_refused', secret },
    ]);
  },
});
