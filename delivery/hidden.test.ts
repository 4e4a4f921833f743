import { expect, test } from '@jest/globals';
import { hide, NOT_SHOWN } from './hidden.ts';

test('a secret is taken out as it is, and as JSON and URLs escape it', () => {
  const secret = 'a"b c';
  const text = `plain ${secret}, json ${JSON.stringify({ secret })}, url ?k=${encodeURIComponent(secret)}`;
  expect(hide(text, [secret])).toBe(`plain ${NOT_SHOWN}, json {"secret":"${NOT_SHOWN}"}, url ?k=${NOT_SHOWN}`);
});

test('one that no URL can hold, with half of a surrogate pair, is taken out all the same', () => {
  const secret = 'pass\ud800word';
  expect(hide(`you sent ${secret}`, [secret])).toBe(`you sent ${NOT_SHOWN}`);
});
