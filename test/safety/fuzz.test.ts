import { validateHeaderName, validateHeaderValue } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isSluiceError } from '../../core/errors.ts';
import { buildDeliveryHeaders, validateCustomHeaders } from '../../delivery/headers.ts';
import { parseRetryAfterMs } from '../../delivery/retry-after.ts';
import { MAX_RETRY_AFTER_MS } from '../../delivery/retry-schedule.ts';
import { compileTemplate } from '../../delivery/template/template.ts';
import { createAddressPolicy } from '../../net/address-policy.ts';
import { parseTarget, validateWebhookUrl } from '../../net/webhook-url.ts';

const policy = createAddressPolicy({ allowCidrs: [] });
const rules = { requireHttps: false, policy };

/** What IANA's registry of special-purpose IPv4 addresses has, multicast and one cloud's host: written down anew. */
const SPECIAL_V4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24'],
  ...['192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24'],
  ...['224.0.0.0/4', '240.0.0.0/4', '168.63.129.16/32'],
].map((text) => {
  const [address = '', bits = '0'] = text.split('/');
  return { base: numberOf(address), size: 2 ** (32 - Number(bits)) };
});

function numberOf(dotted: string): number {
  return dotted.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

const isSpecial = (address: number): boolean =>
  SPECIAL_V4.some(({ base, size }) => address >= base && address < base + size);

/** Any address, and often one at or beside the border of a special range. */
const addresses = fc.oneof(
  fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  fc
    .tuple(fc.constantFrom(...SPECIAL_V4), fc.integer({ min: -1, max: 1 }), fc.boolean())
    .map(([{ base, size }, offset, end]) => Math.min(Math.max(base + (end ? size : 0) + offset, 0), 2 ** 32 - 1)),
);

/** Ways to write an IPv4 address as a host of a URL. */
const NOTATIONS: readonly ((address: number) => string)[] = [
  dotted,
  String,
  (address) => `0x${address.toString(16)}`,
  (address) => `0${address.toString(8)}`,
  (address) => `${Math.floor(address / 2 ** 24)}.${address % 2 ** 24}`,
  (address) => `0x${Math.floor(address / 2 ** 24).toString(16)}.0${(address % 2 ** 24).toString(8)}`,
  (address) => `[::ffff:${dotted(address)}]`,
  (address) => `[::ffff:${hexPair(address)}]`,
  (address) => `[64:ff9b::${hexPair(address)}]`,
  (address) => `[2002:${hexPair(address)}::1]`,
];

function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}

function hexPair(address: number): string {
  return `${Math.floor(address / 65_536).toString(16)}:${(address % 65_536).toString(16)}`;
}

/** What `check` throws is an error of ours, with this code. */
function refusalOf(code: string | readonly string[], check: () => unknown): boolean {
  try {
    check();
    return false;
  } catch (error) {
    expect([code].flat()).toContain(isSluiceError(error) && error.code);
    return true;
  }
}

describe('URL policy', () => {
  test('an IPv4 address is judged alike in every notation, as the registry says', () => {
    fc.assert(
      fc.property(addresses, fc.constantFrom(...NOTATIONS), (address, write) => {
        const refused = refusalOf('webhook_url_invalid', () => validateWebhookUrl(`http://${write(address)}/`, rules));
        expect(refused).toBe(isSpecial(address));
      }),
      { numRuns: 2_000 },
    );
  });

  test('what is accepted is http or https, without credentials, and stays what it is', () => {
    const text = fc.oneof(
      fc.webUrl({ withFragments: true, withQueryParameters: true }),
      fc.string({ unit: 'binary' }),
      fc.tuple(fc.constantFrom('http://', 'HTTPS:/', 'file://', '//'), fc.string()).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (url) => {
        const target = parseTarget(url);
        if ('problem' in target) {
          expect(refusalOf('webhook_url_invalid', () => validateWebhookUrl(url, rules))).toBe(true);
          return;
        }
        const again = parseTarget(target.origin + target.path);
        expect(again).toEqual(target);
        expect(new URL(target.origin + target.path)).toMatchObject({ username: '', password: '', hash: '' });
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('Retry-After', () => {
  const now = new Date('2026-11-21T05:00:00Z');

  test('any text is a time within a day, or none', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[0-9A-Za-z:,. +-]{0,40}$/)), (text) => {
        const ms = parseRetryAfterMs(text, now);
        expect(ms === undefined || (ms >= 0 && ms <= MAX_RETRY_AFTER_MS)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test('seconds and dates are what they say, within a day', () => {
    const clamped = (ms: number): number => Math.min(Math.max(ms, 0), MAX_RETRY_AFTER_MS);
    fc.assert(
      fc.property(fc.integer({ min: -100_000, max: 100_000 }), (seconds) => {
        const date = new Date(now.getTime() + seconds * 1_000);
        expect(parseRetryAfterMs(date.toUTCString(), now)).toBe(clamped(seconds * 1_000));
        expect(parseRetryAfterMs(String(Math.abs(seconds)), now)).toBe(clamped(Math.abs(seconds) * 1_000));
      }),
    );
  });
});

describe('headers', () => {
  const name = fc.oneof(fc.string({ unit: 'binary', maxLength: 20 }), fc.stringMatching(/^[A-Za-z-]{1,20}$/));
  const value = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[ -~]{0,40}$/));
  const given = fc.array(fc.tuple(name, value), { maxLength: 5 });

  test('what is accepted can be sent as it is, and replaces none of ours', () => {
    fc.assert(
      fc.property(given, (pairs) => {
        // `__proto__` as a member, not as the prototype.
        const headers = pairs.reduce<Record<string, string>>(
          (all, [key, text]) => Object.defineProperty(all, key, { value: text, enumerable: true, configurable: true }),
          {},
        );
        let custom: Record<string, string>;
        try {
          custom = validateCustomHeaders(headers);
        } catch (error) {
          expect(isSluiceError(error) && error.code).toBe('webhook_header_invalid');
          return;
        }
        const ours = { webhookId: 'id', timestampSeconds: 1, signature: 'v1,x', attempt: 2, contentType: 'text/plain' };
        const built = buildDeliveryHeaders({ custom, ...ours });
        for (const [key, text] of Object.entries(built)) {
          validateHeaderName(key);
          validateHeaderValue(key, text);
        }
        expect(built).toMatchObject({ 'webhook-id': 'id', 'webhook-signature': 'v1,x', 'sluice-attempt': '2' });
        expect(Object.keys(built)).toHaveLength(Object.keys(custom).length + 5);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('templates', () => {
  const pieces = ['{{', '}}', '{%', '%}', '{{-', 'event', '.name', 'person', '.properties["a"]', '|', 'json', 'date:'];
  const words = ['for', 'in', '(1..9)', 'endfor', 'if', 'endif', 'assign', 'a', '=', 'raw', 'capture', '"', '\\', '0'];
  const source = fc
    .array(fc.oneof(fc.constantFrom(...pieces, ...words), fc.string({ maxLength: 4 })), { maxLength: 20 })
    .map((parts) => parts.join(' '));
  const event = {
    ...{
      teamId: 7,
      uuid: '0192f0c1-0000-7000-8000-000000000001',
      event: 'e "1"',
      distinctId: 'd',
      insertedAtMicros: 1,
    },
    ...{ propertiesJson: '{"a":[1,{"b":"\\u2028"}]}', personPropertiesJson: '{}', personId: 'p' },
    timestamp: '2026-11-21T12:00:00.123456Z',
  };

  test('any text is refused when it is saved, fails as such, or gives a document', () => {
    fc.assert(
      fc.property(source, (text) => {
        const settings = { contentType: 'application/json', template: { text } };
        let render: ReturnType<typeof compileTemplate> | undefined;
        const refused = refusalOf('webhook_template_invalid', () => {
          render = compileTemplate(settings);
        });
        if (refused || render === undefined) {
          return;
        }
        let body = '{"text":""}';
        refusalOf(['template_failed', 'template_too_slow'], () => {
          body = render?.({ event, webhook: { id: 'w', name: 'n' } }) ?? '';
        });
        expect(Object.keys(JSON.parse(body) as object)).toEqual(['text']);
      }),
      { numRuns: 2_000 },
    );
  });
});
