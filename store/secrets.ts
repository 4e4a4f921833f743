import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { SluiceError } from '../core/errors.ts';

/**
 * Seals secrets at rest. A sealed value is: version (1 byte), key id (4 bytes), nonce (12), ciphertext, tag (16).
 * `context` is bound to the value (additional authenticated data): a sealed value copied to another row does not open.
 */
export interface SecretBox {
  /** What values that the present key has sealed begin with. */
  readonly header: Buffer;
  seal(plain: unknown, context: string): Buffer;
  /** Throws `secret_unreadable` when no key is the one that it was sealed with, or the context or a byte differs. */
  open(sealed: Buffer, context: string): unknown;
}

const VERSION = 1;
export const SECRET_KEY_BYTES = 32;
const KEY_ID_BYTES = 4;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + KEY_ID_BYTES;

/** `oldKeys` only open: what was sealed before a rotation, or by a process that is a step ahead in it. */
export function createSecretBox(key: Buffer, oldKeys: readonly Buffer[] = []): SecretBox {
  const present = boxKey(key);
  const ring = [present, ...oldKeys.map(boxKey)];
  return {
    header: present.header,
    seal: (plain, context) => seal(present, plain, context),
    open: (sealed, context) => open(keyOf(ring, sealed), sealed, context),
  };
}

interface BoxKey {
  key: Buffer;
  header: Buffer;
}

function boxKey(key: Buffer): BoxKey {
  if (key.length !== SECRET_KEY_BYTES) {
    throw new RangeError(`the encryption key has ${String(key.length)} bytes instead of ${String(SECRET_KEY_BYTES)}`);
  }
  return { key, header: Buffer.concat([Buffer.from([VERSION]), keyId(key)]) };
}

function keyOf(ring: readonly BoxKey[], sealed: Buffer): BoxKey {
  const found = ring.find(({ header }) => sealed.subarray(0, HEADER_BYTES).equals(header));
  if (found === undefined || sealed.length < HEADER_BYTES + NONCE_BYTES + TAG_BYTES) {
    throw unreadable('it was sealed with another key');
  }
  return found;
}

/** Tells which key sealed a value, without telling anything about the key. */
function keyId(key: Buffer): Buffer {
  return createHash('sha256').update('sluice key id').update(key).digest().subarray(0, KEY_ID_BYTES);
}

function seal({ key, header }: BoxKey, plain: unknown, context: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.concat([header, Buffer.from(context)]));
  const body = Buffer.concat([cipher.update(JSON.stringify(plain), 'utf8'), cipher.final()]);
  return Buffer.concat([header, nonce, body, cipher.getAuthTag()]);
}

function open({ key, header }: BoxKey, sealed: Buffer, context: string): unknown {
  const nonce = sealed.subarray(HEADER_BYTES, HEADER_BYTES + NONCE_BYTES);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.concat([header, Buffer.from(context)]));
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  const body = sealed.subarray(HEADER_BYTES + NONCE_BYTES, sealed.length - TAG_BYTES);
  let text: string;
  try {
    text = Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
  } catch {
    throw unreadable('it was changed or belongs to another record');
  }
  return JSON.parse(text);
}

function unreadable(reason: string): SluiceError {
  return new SluiceError({
    code: 'secret_unreadable',
    message: `a stored secret cannot be read: ${reason}`,
    retryable: false,
    fault: 'platform',
    remedy:
      'Give the key that the secrets were stored with, as SLUICE_ENCRYPTION_KEY or in SLUICE_OLD_ENCRYPTION_KEYS, or enter them again.',
  });
}
