import { Storage } from '@google-cloud/storage';
import { afterAll } from '@jest/globals';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { describeDestination } from '../conformance/destination-suite.ts';
import { destinationUnderTest } from '../conformance/destinations-under-test.ts';
import type { Place } from '../conformance/place.ts';
import { accountOf, textOf } from './accounts.ts';

const account = accountOf('gcs');
const keyText = textOf(account, 'serviceAccountKey');
const key = JSON.parse(keyText) as { project_id: string; client_email: string; private_key: string };
const bucketName = textOf(account, 'bucket');
const bucket = new Storage({ projectId: key.project_id, credentials: key }).bucket(bucketName);
const folders: string[] = [];

afterAll(async () => {
  for (const prefix of folders) {
    await bucket.deleteFiles({ prefix, force: true });
  }
});

async function keysIn(prefix: string): Promise<string[]> {
  const [files] = await bucket.getFiles({ prefix });
  return files.map(({ name }) => name);
}

async function bytesOf(name: string): Promise<Buffer> {
  return (await bucket.file(name).download())[0];
}

function place(): Place {
  const folder = `sluice-live-${randomUUID()}/`;
  folders.push(folder);
  const isManifest = (name: string): boolean => name.endsWith('_manifest.json');
  return {
    destination: destinationUnderTest('gcs'),
    config: { bucket: bucketName, serviceAccountKey: keyText, prefix: `${folder}out/{table}/year={year}` },
    readBack: async () => {
      const names = (await keysIn(folder)).filter((name) => !isManifest(name));
      return new Map(await Promise.all(names.map(async (name) => [name, await bytesOf(name)] as const)));
    },
    manifests: async () => {
      const names = (await keysIn(folder)).filter(isManifest);
      return Promise.all(
        names.map(async (name) => JSON.parse((await bytesOf(name)).toString()) as Record<string, unknown>),
      );
    },
    // They end after a week.
    hidesUploads: true,
    leftovers: () => Promise.resolve([]),
    remove: async (name) => {
      await bucket.file(name).delete();
    },
  };
}

describeDestination({
  kind: 'gcs',
  place: () => Promise.resolve(place()),
  wrongConfigs: () => {
    const right = { bucket: bucketName, serviceAccountKey: keyText, prefix: 'sluice-live-wrong' };
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const other = JSON.stringify({ ...key, private_key: pem });
    return Promise.resolve([
      { name: 'bucket', config: { ...right, bucket: `missing-${randomUUID()}` }, code: 'gcs_bucket_missing' },
      {
        name: 'a key that Google has never seen',
        config: { ...right, serviceAccountKey: other },
        code: 'gcs_credentials_refused',
        secret: pem.split('\n')[3] ?? '',
      },
    ]);
  },
});
