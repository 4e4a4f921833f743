import { createHash, randomBytes } from 'node:crypto';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** Fixed for ever: person ids of stored events follow from it. */
const PERSON_NAMESPACE = Buffer.from('5f6f2d2c1c0a4a0b9d0c3e1b7a6f4e21', 'hex');

/** Lower-case form of any UUID text, or undefined. */
export function parseUuid(value: unknown): string | undefined {
  return typeof value === 'string' && UUID.test(value) ? value.toLowerCase() : undefined;
}

/** UUID version 7: its first half is the time, so new events lie together. */
export function uuidV7(nowMs: number): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(nowMs, 0, 6);
  return format(bytes, 7);
}

/** The person of a distinct id nobody has named: UUID version 5 of team and distinct id, so always the same. */
export function personIdOf(teamId: number, distinctId: string): string {
  const hash = createHash('sha1')
    .update(PERSON_NAMESPACE)
    .update(`${String(teamId)}:${distinctId}`)
    .digest();
  return format(hash.subarray(0, 16), 5);
}

function format(bytes: Buffer, version: number): string {
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | (version << 4), 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}
