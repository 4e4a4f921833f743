import { describe, expect, test } from '@jest/globals';
import { Paces } from './paces.ts';

function webhook(destinationId: string, rateLimitPerSecond: number | undefined, version = 1) {
  return { destinationId, rateLimitPerSecond, version };
}

const LIVE = { replayed: false };

describe('the rates of a process', () => {
  test('a webhook has one, whoever asks for it', () => {
    const paces = new Paces();
    expect(paces.of(webhook('a', 1), 0).take(0, LIVE)).toBe(0);
    expect(paces.of(webhook('a', 1), 0).take(0, LIVE)).toBe(1_000);
    expect(paces.of(webhook('b', 1), 0).take(0, LIVE)).toBe(0);
    expect(paces.of(webhook('c', undefined), 0).take(0, LIVE)).toBe(0);
  });

  test('another setting does not fill it again, another rate begins anew, and the old one does not come back', () => {
    const paces = new Paces();
    paces.of(webhook('a', 1), 0).take(0, LIVE);
    expect(paces.of(webhook('a', 1, 2), 0).take(0, LIVE)).toBe(1_000);
    const faster = paces.of(webhook('a', 2, 3), 0);
    expect(faster.take(0, LIVE)).toBe(0);
    expect(paces.of(webhook('a', 1, 2), 0)).toBe(faster);
  });

  test('of very many webhooks those are forgotten that nobody sends to', () => {
    const paces = new Paces();
    const busy = paces.of(webhook('busy', 1), 0);
    const idle = paces.of(webhook('idle', 1), 0);
    for (let nth = 0; nth < 10_000; nth += 1) {
      paces.of(webhook(String(nth), 1), 1_000).take(1_000, LIVE);
      busy.take(1_000, LIVE);
    }
    expect(paces.of(webhook('busy', 1), 1_000)).toBe(busy);
    expect(paces.of(webhook('idle', 1), 1_000)).not.toBe(idle);
  });
});
