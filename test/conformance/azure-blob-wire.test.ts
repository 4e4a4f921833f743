import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { azureBlobConfigSchema, type AzureBlobConfig } from '../../destinations/azure-blob/config.ts';
import { createAzureBlobDestination } from '../../destinations/azure-blob/index.ts';
import type { ChunkReceipt } from '../../destinations/contract.ts';
import { createAddressPolicy } from '../../net/address-policy.ts';
import { createOutboundNetwork } from '../../net/outbound-network.ts';
import { type Azurite, startAzurite } from '../emulators/azure/azurite.ts';
import { contextOf } from './context.ts';
import { type FaultProxy, type InjectedAnswer, type SeenRequest, startFaultProxy } from './fault-proxy.ts';
import { chunkOf, jsonLines } from './sources.ts';

jest.setTimeout(60_000);

const MIB = 1024 * 1024;
/** Four blocks of 5 MiB. */
const BIG = jsonLines(16_000, 1_000);

let server: Azurite;
let proxy: FaultProxy;
beforeAll(async () => {
  server = await startAzurite();
  proxy = await startFaultProxy(server.endpoint);
});
afterAll(async () => {
  await proxy.stop();
  await server.stop();
});
afterEach(() => {
  proxy.inject = () => undefined;
  proxy.seen.length = 0;
});

async function configOf(overrides: Record<string, unknown> = {}): Promise<AzureBlobConfig> {
  const { accountName, accountKey } = server;
  const container = await server.createContainer();
  const endpoint = `${proxy.address}/${accountName}`;
  return azureBlobConfigSchema.parse({ accountName, accountKey, container, endpoint, ...overrides });
}

async function withSas(permissions: string): Promise<AzureBlobConfig> {
  const { container } = await configOf();
  return await configOf({ container, accountKey: undefined, sasToken: server.sasToken(container, permissions) });
}

async function load(config: AzureBlobConfig, content: Buffer): Promise<ChunkReceipt> {
  const session = await createAzureBlobDestination({ partBytes: 5 * MIB }).open(config, contextOf());
  try {
    return await session.loadChunk(chunkOf(content));
  } finally {
    await session.close();
  }
}

async function blobsOf({ container }: AzureBlobConfig): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of server.container(container).listBlobsFlat()) {
    names.push(name);
  }
  return names;
}

/** `block 2`, `commit`, or the method. */
function callOf({ method, url }: SeenRequest): string {
  const query = new URL(url, 'http://azure').searchParams;
  const block = Buffer.from(query.get('blockid') ?? '', 'base64').toString();
  if (block !== '') {
    return `block ${String(Number(block.split('-')[1]))}`;
  }
  return query.get('comp') === 'blocklist' ? 'commit' : method;
}

function answerOf(status: number, code: string, message = 'injected'): InjectedAnswer {
  const body = `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return { status, body, headers: { 'content-type': 'application/xml', 'x-ms-error-code': code } };
}

/** Fails the calls of a kind, the first `times` of them. */
function failing(call: string, answer: InjectedAnswer, times = Infinity): FaultProxy['inject'] {
  let left = times;
  return (request) => {
    if (callOf(request) !== call || left === 0) {
      return undefined;
    }
    left -= 1;
    return answer;
  };
}

const BUSY = answerOf(503, 'ServerBusy');
const INTERNAL = answerOf(500, 'InternalError');

describe('hiccups are repeated and change nothing', () => {
  test.each([
    ['block 1', BUSY],
    ['block 3', INTERNAL],
    ['commit', answerOf(500, 'OperationTimedOut')],
    ['GET', BUSY],
  ])('%s answers %j once', async (call, answer) => {
    proxy.inject = failing(call, answer, 1);
    const receipt = await load(await configOf(), BIG);
    expect(receipt).toMatchObject({ rows: 16_000, bytes: BIG.length });
    expect(receipt.files[0]?.sha256).toBe(createHash('sha256').update(BIG).digest('hex'));
  });
});

describe('what does not pass fails the load, and no blob appears', () => {
  test.each([
    ['block 1', BUSY, 'azure_blob_throttled', true],
    ['block 2', INTERNAL, 'azure_blob_unavailable', true],
    ['commit', answerOf(429, 'TooManyRequests'), 'azure_blob_throttled', true],
    ['commit', INTERNAL, 'azure_blob_unavailable', true],
    ['block 1', answerOf(403, 'AuthenticationFailed'), 'azure_blob_credentials_refused', false],
    ['block 1', answerOf(403, 'KeyBasedAuthenticationNotPermitted'), 'azure_blob_keys_disabled', false],
    ['block 1', answerOf(403, 'AuthenticationFailed', 'Request date header too old'), 'azure_blob_clock_skewed', true],
    ['commit', answerOf(400, 'BlobAccessTierNotSupportedForAccountType'), 'azure_blob_tier_unsupported', false],
    ['commit', answerOf(409, 'BlobImmutableDueToPolicy'), 'azure_blob_immutable', false],
    ['commit', answerOf(412, 'LeaseIdMissing'), 'azure_blob_leased', true],
  ])('%s always answers %j: %s', async (call, answer, code, retryable) => {
    const config = await configOf();
    proxy.inject = failing(call, answer);
    await expect(load(config, BIG)).rejects.toMatchObject({ code, retryable, remedy: expect.any(String) });
    expect(await blobsOf(config)).toEqual([]);
  });
});

describe('a shared access signature', () => {
  test('of the permissions that the README lists is enough for an interval and its check', async () => {
    const config = await withSas('rcwdl');
    const destination = createAzureBlobDestination({ partBytes: 5 * MIB });
    const session = await destination.open(config, contextOf());
    const chunks = [await session.loadChunk(chunkOf(BIG))];
    expect(await session.commit({ chunks })).toMatchObject({ rows: 16_000, files: 1 });
    await session.close();
    const steps = await destination.check(config, new AbortController().signal);
    expect(steps.map(({ status }) => status)).toEqual(steps.map(() => 'passed'));
  });

  test.each([
    ['rl', 'write'],
    ['rwl', 'delete'],
    ['rwd', 'bucket'],
  ])('with %s alone: the check fails at "%s"', async (permissions, step) => {
    const config = await withSas(permissions);
    const steps = await createAzureBlobDestination().check(config, new AbortController().signal);
    expect(steps.filter(({ status }) => status === 'failed').map(({ name }) => name)).toEqual([step]);
  });

  test('without write: the load fails for good and the signature is not told', async () => {
    const config = await withSas('rl');
    const failed: unknown = await load(config, BIG).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 'azure_blob_access_denied', retryable: false, fault: 'customer' });
    const signature = new URLSearchParams(config.sasToken).get('sig') ?? '';
    expect(JSON.stringify([failed, String(failed)])).not.toContain(signature);
  });
});

test('blocks of two attempts under one name do not mix', async () => {
  const config = await configOf();
  const context = contextOf();
  const open = () => createAzureBlobDestination({ partBytes: 5 * MIB }).open(config, context);
  const sessions = await Promise.all([open(), open()]);
  const contents = [BIG, jsonLines(16_000, 1_000, 'z')];
  const receipts = await Promise.all(sessions.map((session, who) => session.loadChunk(chunkOf(contents[who]!))));
  expect(receipts[0]).toEqual(receipts[1]);
  // What an aborted upload of an earlier test still sends goes to its own container.
  const seen = proxy.seen.filter(({ url }) => url.includes(`/${config.container}/`));
  const ids = seen.flatMap(({ url }) => new URL(url, 'http://azure').searchParams.get('blockid') ?? []);
  expect(new Set(ids).size).toBe(8);
  const [name = ''] = await blobsOf(config);
  const stored = await server.container(config.container).getBlobClient(name).downloadToBuffer();
  expect(createHash('sha256').update(stored).digest('hex')).toBe(receipts[0]?.files[0]?.sha256);
  await Promise.all(sessions.map((session) => session.close()));
});

test('settings reach the wire: tier, checksums, metadata with names that Azure takes', async () => {
  const config = await configOf({ accessTier: 'Cool' });
  await load(config, BIG);
  const headersOf = (call: string) => proxy.seen.find((request) => callOf(request) === call)?.headers ?? {};
  expect(headersOf('block 1')).toMatchObject({ 'content-md5': expect.any(String) });
  expect(headersOf('commit')).toMatchObject({ 'x-ms-access-tier': 'Cool', 'if-none-match': '*' });
  const names = Object.keys(headersOf('commit')).filter((name) => name.startsWith('x-ms-meta-'));
  expect(names).toContain('x-ms-meta-sluice_run');
  expect(names.filter((name) => /-/.test(name.slice('x-ms-meta-'.length)))).toEqual([]);
});

test('the operator says which hosts may be called', async () => {
  const network = createOutboundNetwork(createAddressPolicy({ allowCidrs: [] }));
  const destination = createAzureBlobDestination({ network });
  const refused = { code: 'address_not_allowed', retryable: false, fault: 'customer' };
  const config = await configOf();
  await expect(destination.open(config, contextOf())).rejects.toMatchObject(refused);
  const named = { ...config, endpoint: (config.endpoint ?? '').replace('127.0.0.1', 'localhost') };
  await expect(destination.open(named, contextOf())).rejects.toMatchObject(refused);
  const steps = await destination.check(config, new AbortController().signal);
  expect(steps.at(-1)).toMatchObject({ name: 'connect', status: 'failed' });
  expect(proxy.seen).toEqual([]);
  network.close();
  const open = createOutboundNetwork(createAddressPolicy({ allowCidrs: ['127.0.0.0/8', '::1/128'] }));
  await (await createAzureBlobDestination({ network: open }).open(named, contextOf())).close();
  expect(proxy.seen).not.toEqual([]);
  open.close();
});
