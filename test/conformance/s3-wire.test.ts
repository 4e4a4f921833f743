import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { ListMultipartUploadsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import type { ChunkReceipt } from '../../destinations/contract.ts';
import { s3ConfigSchema, type S3Config } from '../../destinations/s3/config.ts';
import { createS3Destination } from '../../destinations/s3/index.ts';
import { createAddressPolicy } from '../../net/address-policy.ts';
import { createOutboundNetwork } from '../../net/outbound-network.ts';
import { contextOf } from './context.ts';
import { callOf, type InjectedAnswer, type S3Proxy, type SeenRequest, startS3Proxy } from './s3-proxy.ts';
import { type S3Server, startS3Server } from './s3-server.ts';
import { chunkOf, jsonLines } from './sources.ts';

jest.setTimeout(60_000);

const MIB = 1024 * 1024;
/** Four parts of 5 MiB. */
const BIG = jsonLines(16_000, 1_000);

let server: S3Server;
let proxy: S3Proxy;
beforeAll(async () => {
  server = await startS3Server();
  proxy = await startS3Proxy(server.endpoint);
});
afterAll(async () => {
  await proxy.stop();
  await server.stop();
});
afterEach(() => {
  proxy.inject = () => undefined;
  proxy.seen.length = 0;
});

async function configOf(overrides: Record<string, unknown> = {}): Promise<S3Config> {
  const { accessKeyId, secretAccessKey } = server;
  const bucket = await server.createBucket();
  return s3ConfigSchema.parse({
    ...{ bucket, endpoint: proxy.endpoint, forcePathStyle: true, accessKeyId, secretAccessKey },
    ...overrides,
  });
}

async function load(config: S3Config, content: Buffer): Promise<ChunkReceipt> {
  const session = await createS3Destination({ partBytes: 5 * MIB }).open(config, contextOf());
  try {
    return await session.loadChunk(chunkOf(content));
  } finally {
    await session.close();
  }
}

async function expectNothingLeft({ bucket: Bucket }: S3Config): Promise<void> {
  const [objects, uploads] = await Promise.all([
    server.client().send(new ListObjectsV2Command({ Bucket })),
    server.client().send(new ListMultipartUploadsCommand({ Bucket })),
  ]);
  expect([...(objects.Contents ?? []), ...(uploads.Uploads ?? [])]).toEqual([]);
}

/** Fails the calls of a kind, the first `times` of them. */
function failing(
  call: string,
  answer: InjectedAnswer,
  times = Infinity,
): (request: SeenRequest) => InjectedAnswer | undefined {
  let left = times;
  return (request) => {
    if (callOf(request) !== call || left === 0) {
      return undefined;
    }
    left -= 1;
    return answer;
  };
}

const INTERNAL: InjectedAnswer = { status: 500, code: 'InternalError' };
const SLOW_DOWN: InjectedAnswer = { status: 503, code: 'SlowDown' };

describe('hiccups are repeated and change nothing', () => {
  test.each([
    ['part 1', SLOW_DOWN],
    ['part 3', INTERNAL],
    ['part 4', { status: 400, code: 'RequestTimeout' }],
    ['create', { status: 503, code: 'ServiceUnavailable' }],
    ['POST upload', INTERNAL],
    // S3 begins its answer to a completion before it knows how it ends.
    ['POST upload', { status: 200, code: 'InternalError' }],
  ])('%s answers %j once', async (call, answer) => {
    proxy.inject = failing(call, answer, 1);
    const receipt = await load(await configOf(), BIG);
    expect(receipt).toMatchObject({ rows: 16_000, bytes: BIG.length });
    expect(receipt.files[0]?.sha256).toBe(createHash('sha256').update(BIG).digest('hex'));
  });
});

describe('what does not pass fails the load; no file, no open upload', () => {
  test.each([
    ['part 1', INTERNAL, 's3_unavailable', true],
    ['part 2', SLOW_DOWN, 's3_throttled', true],
    ['part 4', { status: 507, code: 'XMinioStorageFull' }, 's3_storage_full', true],
    ['part 3', { status: 403, code: 'QuotaExceeded' }, 's3_storage_full', true],
    ['part 2', { status: 400, code: 'BadDigest' }, 's3_unavailable', true],
    ['POST upload', INTERNAL, 's3_unavailable', true],
    ['POST upload', { status: 200, code: 'InternalError' }, 's3_unavailable', true],
    [
      'create',
      { status: 403, code: 'AccessDenied', message: 'not authorized to perform: kms:GenerateDataKey on key x' },
      's3_kms_access_denied',
      false,
    ],
    ['create', { status: 400, code: 'KMS.DisabledException' }, 's3_kms_key_unusable', false],
    ['create', { status: 400, code: 'InvalidStorageClass' }, 's3_storage_class_invalid', false],
    ['create', { status: 403, code: 'AccessDenied' }, 's3_access_denied', false],
  ])('%s always answers %j: %s', async (call, answer, code, retryable) => {
    const config = await configOf();
    proxy.inject = failing(call, answer);
    const fault = retryable ? 'destination' : 'customer';
    await expect(load(config, BIG)).rejects.toMatchObject({ code, retryable, fault, remedy: expect.any(String) });
    const completions = proxy.seen.filter((request) => callOf(request) === 'POST upload');
    expect(completions.length > 0).toBe(call === 'POST upload');
    await expectNothingLeft(config);
  });

  test.each([
    ['GET', { status: 400, code: 'AuthorizationHeaderMalformed', extra: '<Region>eu-west-1</Region>' }],
    ['GET', { status: 301, code: 'PermanentRedirect', headers: { 'x-amz-bucket-region': 'eu-west-1' } }],
    ['HEAD', { status: 301, code: '', headers: { 'x-amz-bucket-region': 'eu-west-1' } }],
  ])('%s answers %j: the remedy names the right region', async (call, answer) => {
    const config = await configOf();
    proxy.inject = failing(call, answer);
    await expect(load(config, jsonLines(3))).rejects.toMatchObject({
      code: 's3_region_wrong',
      retryable: false,
      remedy: "Enter the bucket's region: eu-west-1.",
    });
  });
});

describe('settings reach the wire', () => {
  const headersOf = (call: string): Record<string, unknown> =>
    proxy.seen.find((request) => callOf(request) === call)?.headers ?? {};

  test('encryption and storage class', async () => {
    const config = await configOf({ encryption: 'sse-kms', kmsKeyId: 'alias/exports', storageClass: 'GLACIER_IR' });
    expect((await load(config, BIG)).rows).toBe(16_000);
    expect((await load(config, jsonLines(3))).rows).toBe(3);
    for (const call of ['create', 'PUT']) {
      expect(headersOf(call)).toMatchObject({
        'x-amz-server-side-encryption': 'aws:kms',
        'x-amz-server-side-encryption-aws-kms-key-id': 'alias/exports',
        'x-amz-server-side-encryption-bucket-key-enabled': 'true',
        'x-amz-storage-class': 'GLACIER_IR',
      });
    }
  });

  test('a session token', async () => {
    // The server knows no tokens and refuses them; what matters is that it is told.
    await expect(load(await configOf({ sessionToken: 'a-token' }), BIG)).rejects.toMatchObject({ fault: 'customer' });
    expect(headersOf('GET')).toMatchObject({ 'x-amz-security-token': 'a-token' });
  });

  test.each([
    ['crc32', 'crc32', true],
    ['when_required', 'when_required', false],
    ['neither, with an endpoint', undefined, false],
  ])('checksums: %s', async (_name, checksumMode, sent) => {
    const config = await configOf(checksumMode === undefined ? {} : { checksumMode });
    expect((await load(config, BIG)).rows).toBe(16_000);
    expect((await load(config, jsonLines(3))).rows).toBe(3);
    for (const call of ['part 1', 'PUT']) {
      expect(Object.keys(headersOf(call)).some((name) => name.startsWith('x-amz-checksum-'))).toBe(sent);
    }
  });

  test('the operator says which hosts may be called', async () => {
    const network = createOutboundNetwork(createAddressPolicy({ allowCidrs: [] }));
    const destination = createS3Destination({ network });
    const refused = { code: 'address_not_allowed', retryable: false, fault: 'customer' };
    const config = await configOf();
    await expect(destination.open(config, contextOf())).rejects.toMatchObject(refused);
    const named = { ...config, endpoint: proxy.endpoint.replace('127.0.0.1', 'localhost') };
    await expect(destination.open(named, contextOf())).rejects.toMatchObject(refused);
    const steps = await destination.check(config, new AbortController().signal);
    expect(steps.at(-1)).toMatchObject({ name: 'connect', status: 'failed' });
    expect(proxy.seen).toEqual([]);
    network.close();
    const open = createOutboundNetwork(createAddressPolicy({ allowCidrs: ['127.0.0.0/8', '::1/128'] }));
    await (await createS3Destination({ network: open }).open(named, contextOf())).close();
    expect(proxy.seen).not.toEqual([]);
    open.close();
  });
});
