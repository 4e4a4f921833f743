import { describe, expect, test } from '@jest/globals';
import { createSecretBox } from './secrets.ts';

const KEY = Buffer.alloc(32, 1);
const PLAIN = { token: 'x', nested: { n: 1 } };

describe('a secret box', () => {
  const box = createSecretBox(KEY);

  test('opens what it sealed, in the same context', () => {
    expect(box.open(box.seal(PLAIN, 'a'), 'a')).toEqual(PLAIN);
  });

  test('never seals the same way twice', () => {
    expect(box.seal(PLAIN, 'a').equals(box.seal(PLAIN, 'a'))).toBe(false);
  });

  test('does not open in another context or with another key', () => {
    const sealed = box.seal(PLAIN, 'a');
    expect(() => box.open(sealed, 'b')).toThrow('belongs to another record');
    expect(() => createSecretBox(Buffer.alloc(32, 2)).open(sealed, 'a')).toThrow('another key');
  });

  test('does not open when any one byte was changed or cut off', () => {
    const sealed = box.seal(PLAIN, 'a');
    for (let index = 0; index < sealed.length; index += 1) {
      const changed = Buffer.from(sealed);
      changed.writeUInt8(changed.readUInt8(index) ^ 1, index);
      expect(() => box.open(changed, 'a')).toThrow('cannot be read');
      expect(() => box.open(sealed.subarray(0, index), 'a')).toThrow('cannot be read');
    }
  });

  test('opens with old keys, seals with the present one, and says which was which', () => {
    const old = createSecretBox(Buffer.alloc(32, 2));
    const ring = createSecretBox(KEY, [Buffer.alloc(32, 3), Buffer.alloc(32, 2)]);
    const sealed = old.seal(PLAIN, 'a');
    expect(ring.open(sealed, 'a')).toEqual(PLAIN);
    expect(() => ring.open(sealed, 'b')).toThrow('belongs to another record');
    const anew = ring.seal(PLAIN, 'a');
    expect(box.open(anew, 'a')).toEqual(PLAIN);
    expect([anew, sealed].map((value) => value.subarray(0, ring.header.length).equals(ring.header))).toEqual([
      ...[true, false],
    ]);
  });

  test('wants a key of 32 bytes', () => {
    expect(() => createSecretBox(Buffer.alloc(16))).toThrow('16 bytes');
  });
});
