import { createHash } from 'node:crypto';
import type { Bind } from '../core/properties/sql.ts';

const BLOCK_BYTES = 64;

/**
 * HMAC-SHA-256 of a text in 64 hexadecimal digits, in functions that every ClickHouse has. Two blocks made of the key
 * are bound; the key itself does not leave this process.
 */
export function keyedHash(key: Buffer, bind: Bind): (text: string) => string {
  const short = key.length > BLOCK_BYTES ? createHash('sha256').update(key).digest() : key;
  const padded = Buffer.concat([short, Buffer.alloc(BLOCK_BYTES - short.length)]);
  const block = (pad: number): string => bind('String', Buffer.from(padded.map((byte) => byte ^ pad)).toString('hex'));
  const [inner, outer] = [`unhex(${block(0x36)})`, `unhex(${block(0x5c)})`];
  return (text) => `lower(hex(SHA256(concat(${outer}, SHA256(concat(${inner}, ${text}))))))`;
}

/** The first 128 bits of a keyed hash as a UUID, so that a column keeps its type. */
export function hashedUuid(hash: string): string {
  const groups = String.raw`'^(.{8})(.{4})(.{4})(.{4})(.{12})$', '\\1-\\2-\\3-\\4-\\5'`;
  return `toUUID(replaceRegexpOne(substring(${hash}, 1, 32), ${groups}))`;
}
