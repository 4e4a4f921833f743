import { createPublicKey, verify } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import {
  createSigner,
  generateAsymmetricSecret,
  generateSecret,
  parseSecret,
  publicKeyOf,
  signStandard,
} from './signing.ts';

const ID = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
const TIMESTAMP = 1614265330;
const BODY = '{"test": 2432232314}';
const SHARED = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const PRIVATE = 'whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==';
const PUBLIC = 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=';

describe('vectors', () => {
  test('symmetric (Standard Webhooks)', () => {
    const signature = signStandard({ id: ID, timestampSeconds: TIMESTAMP, body: BODY, secrets: [SHARED] });
    expect(signature).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  test('asymmetric (Standard Webhooks)', () => {
    const signature = signStandard({ id: ID, timestampSeconds: TIMESTAMP, body: BODY, secrets: [PRIVATE] });
    expect(signature).toBe(
      'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==',
    );
    expect(publicKeyOf(parseSecret(PRIVATE))).toBe(PUBLIC);
    expect(publicKeyOf(parseSecret(SHARED))).toBeUndefined();
  });

  test('UTF-8 body, two shared keys and one private key in rotation order', () => {
    const body =
      '{"type":"user.created","timestamp":"2022-11-03T20:26:10.344522Z",' +
      '"data":{"id":"1f81eb52-5198-4599-803e-771906343485","name":"Zoë ☃"}}';
    expect(Buffer.byteLength(body)).toBe(136);
    const seed = Buffer.from(Array.from({ length: 32 }, (_, index) => index));
    const publicHalf = Buffer.from('A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=', 'base64');
    const secrets = [
      'whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
      'whsec_//79/Pv6+fj39vX08/Lx8O/u7ezr6uno5+bl5OPi4eA=',
      `whsk_${Buffer.concat([seed, publicHalf]).toString('base64')}`,
    ];
    const request = { id: 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W', timestampSeconds: 1674087231, secrets };
    const expected = [
      'v1,BTUuwAZ4rcAj0c6DpWCU6vkE3sUjch11PrNS/AH9eME=',
      'v1,+RGfm7u3jZGb+GvaZtRqXvHh5SnAagi7E+44aHhNV38=',
      'v1a,i8DoX3E7QRK1PY9UHEPn9r8KjrfBepuziawaPwiNbUr3VhljpqPbMTr1McoTimnUcB51XZua7VGgxt4BBh6nBQ==',
    ].join(' ');
    expect(signStandard({ ...request, body })).toBe(expected);
    expect(signStandard({ ...request, body: Buffer.from(body) })).toBe(expected);
  });
});

describe.each([
  ['standardwebhooks', Webhook],
  ['svix', SvixWebhook],
])('the receiver library %s verifies', (_name, Library) => {
  const timestampSeconds = Math.floor(Date.now() / 1000);
  const headersOf = (signature: string): Record<string, string> => ({
    'webhook-id': ID,
    'webhook-timestamp': String(timestampSeconds),
    'webhook-signature': signature,
  });

  test('a generated secret, also while rotating', () => {
    const [current, old] = [generateSecret(), generateSecret()];
    const body = '{"name":"Zoë ☃","n":9007199254740993}';
    const signature = createSigner([current, old, generateAsymmetricSecret()])({ id: ID, timestampSeconds, body });
    for (const secret of [current, old]) {
      expect(() => new Library(secret).verify(body, headersOf(signature))).not.toThrow();
    }
    expect(() => new Library(generateSecret()).verify(body, headersOf(signature))).toThrow(/signature/i);
    expect(() => new Library(current).verify(`${body} `, headersOf(signature))).toThrow(/signature/i);
  });

  test('a time within five minutes only', () => {
    const secret = generateSecret();
    const sign = createSigner([secret]);
    for (const apartSeconds of [-400, 400]) {
      const seconds = timestampSeconds + apartSeconds;
      const headers = { ...headersOf(sign({ id: ID, timestampSeconds: seconds, body: '{}' })) };
      headers['webhook-timestamp'] = String(seconds);
      expect(() => new Library(secret).verify('{}', headers)).toThrow(/timestamp/i);
    }
  });
});

test('a secret that was rotated out signs until its time', () => {
  const [current, old] = [generateSecret(), generateSecret()];
  const sign = createSigner([current, { secret: old, validUntilMs: 8_000 }]);
  const [before, after] = [7, 8].map((timestampSeconds) => sign({ id: ID, timestampSeconds, body: '{}' }));
  expect([before?.split(' ').length, after?.split(' ').length]).toEqual([2, 1]);
  expect(after).toBe(createSigner([current])({ id: ID, timestampSeconds: 8, body: '{}' }));
});

test('a generated ed25519 secret verifies with its public key', () => {
  const secret = generateAsymmetricSecret();
  const raw = Buffer.from((publicKeyOf(parseSecret(secret)) ?? '').slice('whpk_'.length), 'base64');
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') };
  const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
  const signature = signStandard({ id: ID, timestampSeconds: 7, body: 'x', secrets: [secret] }).slice('v1a,'.length);
  expect(verify(null, Buffer.from(`${ID}.7.x`), publicKey, Buffer.from(signature, 'base64'))).toBe(true);
});

describe('parseSecret refuses', () => {
  const mismatched = Buffer.from(PRIVATE.slice('whsk_'.length), 'base64');
  mismatched[63] = (mismatched[63] ?? 0) ^ 1;
  test.each([
    ['one letter', 'w'],
    ['nothing', ''],
    ['prefix only', 'whsec_'],
    ['no base64', 'whsec_%'],
    ['wrong length', 'whsec_wronglength'],
    ['public key', PUBLIC],
    ['truncated private key', PRIVATE.slice(0, 60)],
    ['misspelt prefix', SHARED.replace('whsec_', 'hwsec_')],
    ['no prefix', SHARED.slice('whsec_'.length)],
    ['23 bytes', `whsec_${Buffer.alloc(23, 1).toString('base64')}`],
    ['65 bytes', `whsec_${Buffer.alloc(65, 1).toString('base64')}`],
    ['url-safe alphabet', `whsec_${Buffer.alloc(32, 0xfb).toString('base64url')}`],
    ['public half of another key', `whsk_${mismatched.toString('base64')}`],
  ])('%s', (_name, secret) => {
    expect(() => parseSecret(secret)).toThrow(expect.objectContaining({ code: 'webhook_secret_invalid' }));
  });

  test('without repeating the secret', () => {
    const secret = `whsec_${Buffer.alloc(65, 1).toString('base64')}`;
    expect(() => parseSecret(secret)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('AQEB') }),
    );
  });

  test('but takes 24 and 64 bytes', () => {
    for (const bytes of [24, 64]) {
      expect(parseSecret(`whsec_${Buffer.alloc(bytes, 1).toString('base64')}`)).toMatchObject({ kind: 'symmetric' });
    }
  });

  test('no secret at all when signing', () => {
    expect(() => createSigner([])).toThrow(expect.objectContaining({ code: 'webhook_secret_invalid' }));
  });
});
