import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { Storage } from '@google-cloud/storage';
import { createGcsDestination, type GcsOptions } from '../../destinations/gcs/index.ts';
import { createAddressPolicy } from '../../net/address-policy.ts';
import { createOutboundNetwork } from '../../net/outbound-network.ts';
import { json } from '../emulators/gcs/proxy.ts';
import { type GcsServer, startGcs } from '../emulators/gcs/start.ts';
import { contextOf } from './context.ts';
import { destinationUnderTest, emulatedSignIn } from './destinations-under-test.ts';
import { describeDestination, SUITE_TIMEOUT_MS } from './destination-suite.ts';
import { describeObjectStoreFaults } from './object-store-faults.ts';
import type { Place } from './place.ts';
import { chunkOf, jsonLines } from './sources.ts';

jest.setTimeout(SUITE_TIMEOUT_MS);

const MIB = 1024 * 1024;
const BIG = jsonLines(16_000, 1_000);

let server: GcsServer;
/** Google's own SDK, past the proxy: what is stored, seen by another client. */
let storage: Storage;
beforeAll(async () => {
  server = await startGcs();
  storage = new Storage({ apiEndpoint: server.behind, projectId: 'sluice-test' });
}, 600_000);
afterAll(() => server.stop());
afterEach(() => {
  server.inject = () => undefined;
  server.seen.length = 0;
});

function configOf(bucket: string, key: object = server.key): Record<string, unknown> {
  const prefix = 'out/{table}/year={year}';
  return { bucket, prefix, endpoint: server.endpoint, serviceAccountKey: JSON.stringify(key) };
}

async function keysOf(bucket: string): Promise<string[]> {
  const [files] = await storage.bucket(bucket).getFiles();
  return files.map(({ name }) => name);
}

async function bytesOf(bucket: string, key: string): Promise<Buffer> {
  return (await storage.bucket(bucket).file(key).download())[0];
}

function placeIn(bucket: string): Place {
  const isManifest = (key: string): boolean => key.endsWith('_manifest.json');
  return {
    destination: destinationUnderTest('gcs'),
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
    // Of a name that is taken, an upload cannot become an object any more.
    leftovers: async () => {
      const taken = new Set(await keysOf(bucket));
      return server.openUploads(bucket).filter((key) => !taken.has(key));
    },
    // Google has no call that finds the uploads of a worker that was killed; they end after a week.
    lingering: ['kill'],
    remove: async (key) => {
      await storage.bucket(bucket).file(key).delete();
    },
  };
}

async function place(): Promise<Place> {
  return placeIn(await server.createBucket());
}

const destinationWith = (options: GcsOptions = {}) =>
  createGcsDestination({ partBytes: 5 * MIB, signInAt: emulatedSignIn, ...options });

describe('gcs', () => {
  describeDestination({
    kind: 'gcs',
    place,
    wrongConfigs: async () => {
      const bucket = await server.createBucket();
      const right = configOf(bucket);
      const revoked = server.authority.createAccount('revoked', 'sluice-test', { registered: false });
      const viewer = server.authority.createAccount('viewer', 'sluice-test');
      const secret = revoked.private_key.slice(100, 140);
      return [
        { name: 'bucket', config: { ...right, bucket: 'no-such-bucket' }, code: 'gcs_bucket_missing' },
        { name: 'key', config: configOf(bucket, revoked), code: 'gcs_credentials_refused', secret },
        {
          name: 'impersonation',
          config: { ...configOf(bucket, viewer), impersonate: server.key.client_email },
          code: 'gcs_impersonation_denied',
        },
      ];
    },
  });
  describe('faults of the store', () => {
    describeObjectStoreFaults({ place, destinationWith });
  });

  test('acts as another account', async () => {
    const source = server.authority.createAccount('source', 'sluice-test');
    server.authority.allowImpersonation(source.client_email, server.key.client_email);
    const { config } = placeIn(await server.createBucket());
    const impersonating = {
      ...(config as object),
      serviceAccountKey: JSON.stringify(source),
      impersonate: server.key.client_email,
    };
    const steps = await destinationWith().check(impersonating as never, new AbortController().signal);
    expect(steps.map(({ status }) => status)).toEqual(steps.map(() => 'passed'));
  });

  test('an account that may only read: the check fails at "write", a load for good', async () => {
    const viewer = server.authority.createAccount('reader', 'sluice-test');
    server.viewers.add(viewer.client_email);
    const config = configOf(await server.createBucket(), viewer) as never;
    const steps = await destinationWith().check(config, new AbortController().signal);
    expect(steps.filter(({ status }) => status === 'failed').map(({ name }) => name)).toEqual(['write']);
    const session = await destinationWith().open(config, contextOf());
    await expect(session.loadChunk(chunkOf(BIG))).rejects.toMatchObject({
      code: 'gcs_access_denied',
      retryable: false,
      message: expect.stringContaining('storage.objects.create is missing'),
    });
    await session.close();
  });

  test.each([
    [429, 'rateLimitExceeded', 'gcs_throttled', true],
    [503, 'backendError', 'gcs_unavailable', true],
    [403, 'retentionPolicyNotMet', 'gcs_object_retained', false],
  ])('parts that are always answered %i %s: %s; nothing appears, the upload is cancelled', async (...row) => {
    const [status, reason, code, retryable] = row;
    const bucket = await server.createBucket();
    server.inject = ({ method }) =>
      method === 'PUT' ? json(status, { error: { code: status, errors: [{ reason, message: reason }] } }) : undefined;
    const session = await destinationWith().open(configOf(bucket) as never, contextOf());
    await expect(session.loadChunk(chunkOf(BIG))).rejects.toMatchObject({ code, retryable });
    expect(await keysOf(bucket)).toEqual([]);
    expect(server.openUploads(bucket)).toEqual([]);
    await session.close();
  });

  test('a hiccup of a part is repeated, at its own offset', async () => {
    const bucket = await server.createBucket();
    let failures = 2;
    server.inject = ({ method }) => (method === 'PUT' && failures-- > 0 ? json(503, {}) : undefined);
    const session = await destinationWith().open(configOf(bucket) as never, contextOf());
    const { files } = await session.loadChunk(chunkOf(BIG));
    expect((await bytesOf(bucket, files[0]?.key ?? '')).equals(BIG)).toBe(true);
    await session.close();
  });

  test('Google keeps less than it was sent: the rest is sent again', async () => {
    const bucket = await server.createBucket();
    let answered = false;
    server.inject = ({ method }) => {
      if (method !== 'PUT' || answered) {
        return undefined;
      }
      answered = true;
      return { status: 308, headers: {}, body: '' };
    };
    const session = await destinationWith().open(configOf(bucket) as never, contextOf());
    const { files } = await session.loadChunk(chunkOf(BIG));
    expect((await bytesOf(bucket, files[0]?.key ?? '')).equals(BIG)).toBe(true);
    await session.close();
  });

  test('settings reach the wire', async () => {
    const kmsKeyName = 'projects/p/locations/eu/keyRings/r/cryptoKeys/k';
    const config = { ...configOf(await server.createBucket()), storageClass: 'NEARLINE', kmsKeyName };
    const session = await destinationWith().open(config as never, contextOf());
    await session.loadChunk(chunkOf(jsonLines(3)));
    await session.loadChunk(chunkOf(BIG, 1));
    const writes = server.seen.filter(
      ({ url }) =>
        ['multipart', 'resumable'].includes(url.searchParams.get('uploadType') ?? '') &&
        !url.searchParams.has('upload_id'),
    );
    expect(writes).toHaveLength(2);
    for (const { url, body } of writes) {
      expect(url.searchParams.get('kmsKeyName')).toBe(kmsKeyName);
      expect(url.searchParams.get('ifGenerationMatch')).toBe('0');
      expect(body.toString()).toContain('"storageClass":"NEARLINE"');
    }
    await session.close();
  });

  test('the operator says which hosts may be called', async () => {
    const network = createOutboundNetwork(createAddressPolicy({ allowCidrs: [] }));
    const config = configOf(await server.createBucket()) as never;
    server.seen.length = 0;
    const refused = { code: 'address_not_allowed', retryable: false, fault: 'customer' };
    await expect(destinationWith({ network }).open(config, contextOf())).rejects.toMatchObject(refused);
    expect(server.seen).toEqual([]);
    network.close();
    const open = createOutboundNetwork(createAddressPolicy({ allowCidrs: ['127.0.0.0/8', '::1/128'] }));
    await (await destinationWith({ network: open }).open(config, contextOf())).close();
    expect(server.seen).not.toEqual([]);
    open.close();
  });

  test('no store at the endpoint: retryable, the endpoint is named', async () => {
    const destination = createGcsDestination({ signInAt: () => emulatedSignIn(server) });
    const config = { ...configOf('anything'), endpoint: 'http://127.0.0.1:9' } as never;
    await expect(destination.open(config, contextOf())).rejects.toMatchObject({
      code: 'gcs_unreachable',
      retryable: true,
      message: expect.stringContaining('127.0.0.1:9'),
    });
  });
});
