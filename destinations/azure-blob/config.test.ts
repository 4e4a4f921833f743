import { describe, expect, test } from '@jest/globals';
import { azureBlobConfigSchema, serviceUrl } from './config.ts';

const KEY = Buffer.from('a key of sixty-four bytes').toString('base64');
const TOKEN = 'sv=2024-05-04&sr=c&sp=rcwdl&sig=abc%3D';
const BASE = { accountName: 'myaccount', container: 'events', accountKey: KEY };
const { accountKey: _key, ...NO_KEY } = BASE;
const CONNECTION_STRING = `DefaultEndpointsProtocol=https;AccountName=myaccount;AccountKey=${KEY};EndpointSuffix=core.windows.net`;

describe('Azure Blob config', () => {
  test('defaults', () => {
    expect(azureBlobConfigSchema.parse(BASE)).toEqual({ ...BASE, prefix: '{table}/{year}/{month}/{day}' });
  });

  test.each([
    [BASE, 'https://myaccount.blob.core.windows.net'],
    [
      { ...BASE, endpoint: 'https://myaccount.blob.core.chinacloudapi.cn/' },
      'https://myaccount.blob.core.chinacloudapi.cn',
    ],
    [{ ...BASE, endpoint: 'http://127.0.0.1:10000/myaccount' }, 'http://127.0.0.1:10000/myaccount'],
    [{ ...NO_KEY, sasToken: `?${TOKEN}` }, 'https://myaccount.blob.core.windows.net'],
  ])('%j is at %s', (config, url) => {
    expect(serviceUrl(azureBlobConfigSchema.parse(config))).toBe(url);
  });

  test.each([
    [{ ...BASE, accountName: 'My-Account' }, 'accountName'],
    [{ ...BASE, container: 'a--b' }, 'container'],
    [{ ...BASE, container: 'ab' }, 'container'],
    [{ ...BASE, accountKey: 'not base64!' }, 'accountKey'],
    [{ ...BASE, accessTier: 'Archive' }, 'accessTier'],
    [{ ...BASE, endpoint: 'myaccount.blob.core.windows.net' }, 'endpoint'],
    [{ ...BASE, sasToken: TOKEN }, 'sasToken'],
    [NO_KEY, 'accountKey'],
    [{ ...NO_KEY, sasToken: 'sv=2024-05-04' }, 'sasToken'],
    [{ ...NO_KEY, sasToken: `https://myaccount.blob.core.windows.net/events?${TOKEN}` }, 'sasToken'],
  ])('%j is refused for its %s', (config, field) => {
    const parsed = azureBlobConfigSchema.safeParse(config);
    expect(parsed.error?.issues.map(({ path }) => path[0])).toEqual([field]);
  });

  test.each([
    [{ ...BASE, accountName: CONNECTION_STRING }],
    [{ ...BASE, accountKey: CONNECTION_STRING }],
    [{ ...NO_KEY, sasToken: `SharedAccessSignature=${TOKEN}` }],
    [{ ...BASE, connectionString: CONNECTION_STRING }],
  ])('a connection string in %j: the message says where its parts go and repeats none', (config) => {
    const issues = azureBlobConfigSchema.safeParse(config).error?.issues ?? [];
    expect(issues).toHaveLength(1);
    expect(issues[0]?.message).toContain('enter its AccountName');
    expect(JSON.stringify(issues)).not.toContain(KEY);
  });
});
