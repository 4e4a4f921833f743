import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { NO_PERSON } from './person.ts';
import { isSampled, murmur3, type SampledEvent } from './sampling.ts';

const person = (distinctId: string, uuid = 'e'): SampledEvent => ({ uuid, distinctId, personId: NO_PERSON });

test('murmur3 has the published values', () => {
  const text = 'The quick brown fox jumps over the lazy dog';
  expect([murmur3(''), murmur3('test'), murmur3('Hello, world!'), murmur3(text)]).toEqual([
    0, 0xba6bd213, 0xc0363e43, 0x2e4ff723,
  ]);
});

test.each([1, 10, 50, 90])('a sample of %d %% is near its rate', (percent) => {
  const people = Array.from({ length: 20_000 }, (_, index) => person(`user-${String(index)}`));
  const share = people.filter((one) => isSampled({ percent, by: 'person' }, one)).length / people.length;
  expect(Math.abs(share - percent / 100)).toBeLessThan(0.015);
});

test('a person is wholly in or out, and in every larger sample', () => {
  const percent = fc.double({ min: 0.0001, max: 100, noNaN: true });
  fc.assert(
    fc.property(fc.string(), fc.uuid(), fc.uuid(), percent, percent, (id, one, other, a, b) => {
      const [small, large] = [Math.min(a, b), Math.max(a, b)];
      const first = isSampled({ percent: small, by: 'person' }, person(id, one));
      expect(isSampled({ percent: small, by: 'person' }, person(id, other))).toBe(first);
      expect(!first || isSampled({ percent: large, by: 'person' }, person(id, one))).toBe(true);
    }),
  );
});
