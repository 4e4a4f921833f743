import { personOf, personSql, type PersonColumns } from './person.ts';

/** A share of all events, the same ones whoever asks and whenever. */
export interface Sample {
  /** Above 0, up to 100; four decimals count. */
  percent: number;
  /** `person`: all events of a person are in or out together. `event`: each event for itself. */
  by: 'person' | 'event';
}

export interface SampledEvent extends PersonColumns {
  uuid: string;
}

const HASHES = 2 ** 32;

/**
 * Whoever is in a sample is in every larger one too, of any destination. The hash is MurmurHash3 (32 bits, seed 0) of the
 * text in UTF-8, because ClickHouse has the same as `murmurHash3_32`.
 */
export function isSampled({ percent, by }: Sample, event: SampledEvent): boolean {
  return murmur3(by === 'event' ? event.uuid : personOf(event)) < limitOf(percent);
}

/** The same as a condition; `bind` answers the placeholder of a value. */
export function sampleSql({ percent, by }: Sample, bind: (type: string, value: unknown) => string): string {
  const key = by === 'event' ? 'toString(uuid)' : personSql;
  return `murmurHash3_32(${key}) < ${bind('UInt64', limitOf(percent))}`;
}

function limitOf(percent: number): number {
  return Math.round((percent / 100) * HASHES);
}

const utf8 = new TextEncoder();

/** MurmurHash3_x86_32 with seed 0. */
export function murmur3(text: string): number {
  const bytes = utf8.encode(text);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const blocks = bytes.length - (bytes.length % 4);
  let hash = 0;
  for (let at = 0; at < blocks; at += 4) {
    hash = rotate(hash ^ scramble(view.getUint32(at, true)), 13);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  let rest = 0;
  for (let at = bytes.length - 1; at >= blocks; at -= 1) {
    rest = (rest << 8) | (bytes[at] ?? 0);
  }
  return finish(hash ^ scramble(rest) ^ bytes.length);
}

function scramble(block: number): number {
  return Math.imul(rotate(Math.imul(block, 0xcc9e2d51), 15), 0x1b873593);
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

function finish(word: number): number {
  const once = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35);
  return (twice ^ (twice >>> 16)) >>> 0;
}
