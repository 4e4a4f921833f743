import { describe, expect, test } from '@jest/globals';
import { createAddressPolicy } from './address-policy.ts';
import { validateWebhookUrl } from './webhook-url.ts';

const policy = createAddressPolicy({ allowCidrs: [] });
const rules = { requireHttps: false, policy };
const refused = (reason: RegExp) =>
  expect.objectContaining({ code: 'webhook_url_invalid', message: expect.stringMatching(reason) });

describe('hosts that are not public', () => {
  test.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://0x7f.1/',
    'http://0x7f000001/',
    'http://2130706433/',
    'http://0177.0.0.1/',
    'http://017700000001/',
    'http://127.0.0.1./',
    'http://[::1]/',
    'http://[::]/',
    'http://0/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[64:ff9b::a9fe:a9fe]/',
    'http://[2002:7f00:1::]/',
    'http://[fd00:ec2::254]/',
    'http://169.254.169.254/latest/meta-data/',
    'http://10.0.0.1:8080/',
    'http://localhost/',
    'http://localhost./',
    'http://LOCALHOST/',
    'http://api.localhost/',
    'http://metadata.google.internal/',
    'http://metadata.google.internal./',
    'http://127.0.0.1#@good.example/',
    'http://１２７.０.０.１/',
    'http://127。0。0。1/',
    'http://①②⑦.0.0.1/',
    'http://ｌｏｃａｌｈｏｓｔ/',
    'http://%31%32%37.0.0.1/',
  ])('%s', (url) => {
    expect(() => validateWebhookUrl(url, rules)).toThrow(refused(/^url: its host is not a public address/));
  });
});

describe('what is no address of an endpoint', () => {
  test.each<[string, RegExp]>([
    ['', /not a valid URL/],
    ['example.com/hook', /not a valid URL/],
    ['/hook', /not a valid URL/],
    ['http://', /not a valid URL/],
    ['http://exa mple.com/', /not a valid URL/],
    ['http://example.com/\r\nX: 1', /not a valid URL/],
    ['http://example.com\\@127.0.0.1/', /not a valid URL/],
    ['http://[fe80::1%25eth0]/', /not a valid URL/],
    ['http://256.256.256.256/', /not a valid URL/],
    ['http://example.com:99999/', /not a valid URL/],
    ['file:///etc/passwd', /only http and https/],
    ['ftp://example.com/', /only http and https/],
    ['gopher://example.com:70/_x', /only http and https/],
    ['javascript:alert(1)', /only http and https/],
    ['data:text/plain,x', /only http and https/],
    ['unix:/var/run/docker.sock', /only http and https/],
    ['http://good@127.0.0.1/', /user name/],
    ['https://user:secret@example.com/', /user name/],
    ['https://:secret@example.com/', /user name/],
    [`https://example.com/${'x'.repeat(2048)}`, /longer/],
  ])('%j', (url, reason) => {
    expect(() => validateWebhookUrl(url, rules)).toThrow(refused(reason));
  });
});

test('returns public URLs in normal form, without a fragment', () => {
  expect(validateWebhookUrl('HTTPS://Exämple.com:443/a/../b?c=%20d#e', rules)).toBe(
    'https://xn--exmple-cua.com/b?c=%20d',
  );
  expect(validateWebhookUrl('http://8.8.8.8:8080', rules)).toBe('http://8.8.8.8:8080/');
  expect(validateWebhookUrl('https://[2606:4700::1111]/x', rules)).toBe('https://[2606:4700::1111]/x');
});

test('https can be required and ports can be limited', () => {
  expect(() => validateWebhookUrl('http://example.com/', { requireHttps: true, policy })).toThrow(refused(/https/));
  const limited = { requireHttps: false, policy, allowedPorts: [80, 443, 8443] };
  for (const port of [22, 25, 6379]) {
    expect(() => validateWebhookUrl(`http://example.com:${port}/`, limited)).toThrow(
      refused(new RegExp(`port ${port}`)),
    );
  }
  expect(validateWebhookUrl('https://example.com/', limited)).toBe('https://example.com/');
  expect(validateWebhookUrl('https://example.com:8443/', limited)).toBe('https://example.com:8443/');
});

test('an allowed network opens loopback and its name', () => {
  const local = { requireHttps: false, policy: createAddressPolicy({ allowCidrs: ['127.0.0.0/8'] }) };
  expect(validateWebhookUrl('http://127.0.0.1:9000/hook', local)).toBe('http://127.0.0.1:9000/hook');
  expect(validateWebhookUrl('http://localhost:9000/hook', local)).toBe('http://localhost:9000/hook');
  expect(() => validateWebhookUrl('http://10.0.0.1/', local)).toThrow(refused(/public/));
});
