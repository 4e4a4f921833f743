import { describe, expect, test } from '@jest/globals';
import { buildDeliveryHeaders, MAX_CUSTOM_HEADERS, validateCustomHeaders } from './headers.ts';

const invalid = (field: string) =>
  expect.objectContaining({ code: 'webhook_header_invalid', message: expect.stringContaining(field) });

describe('validateCustomHeaders', () => {
  test('returns lower-case names and trimmed values', () => {
    expect(validateCustomHeaders({ Authorization: 'Bearer x', 'X-Team': ' ü ' })).toEqual({
      authorization: 'Bearer x',
      'x-team': 'ü',
    });
  });

  test.each([
    'Host',
    'content-length',
    'Transfer-Encoding',
    'connection',
    'TE',
    'trailer',
    'upgrade',
    'Expect',
    'webhook-id',
    'Webhook-Anything',
    'svix-id',
    'proxy-authorization',
    'X-Forwarded-For',
    'sluice-depth',
    'user-agent',
    'content-type',
  ])('refuses %s', (name) => {
    expect(() => validateCustomHeaders({ [name]: 'x' })).toThrow(invalid(`headers.${name}`));
  });

  test.each(['', 'a b', 'a:b', 'a\r\nb', 'ä', ':path', 'x'.repeat(129)])('refuses the name %j', (name) => {
    expect(() => validateCustomHeaders({ [name]: 'x' })).toThrow(invalid('headers.'));
  });

  test.each(['a\r\nX-Evil: 1', 'a\nb', 'a\u0000b', '☃', 'x'.repeat(4097)])('refuses a bad value, %#', (value) => {
    expect(() => validateCustomHeaders({ 'x-a': value })).toThrow(invalid('headers.x-a'));
  });

  test('takes a value of exactly 4096 bytes', () => {
    expect(validateCustomHeaders({ 'x-a': 'x'.repeat(4096) })['x-a']).toHaveLength(4096);
  });

  test('refuses too many, and one name in two cases', () => {
    const many = Object.fromEntries(Array.from({ length: MAX_CUSTOM_HEADERS + 1 }, (_, index) => [`x-${index}`, 'v']));
    expect(() => validateCustomHeaders(many)).toThrow(invalid('headers'));
    expect(() => validateCustomHeaders({ 'x-a': '1', 'X-A': '2' })).toThrow(invalid('headers.X-A'));
  });

  test('never repeats a value', () => {
    expect(() => validateCustomHeaders({ authorization: 'hunter2\n' })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
    );
  });
});

test('the signature headers win over custom ones', () => {
  const custom = { authorization: 'Bearer x', 'webhook-id': 'forged' };
  const signed = { webhookId: 'msg_1', timestampSeconds: 7, signature: 'v1,x', attempt: 2, contentType: 'text/plain' };
  expect(buildDeliveryHeaders({ custom, ...signed })).toEqual({
    authorization: 'Bearer x',
    'content-type': 'text/plain',
    'webhook-id': 'msg_1',
    'webhook-timestamp': '7',
    'webhook-signature': 'v1,x',
    'sluice-attempt': '2',
  });
});
