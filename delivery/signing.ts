import { createHmac, createPrivateKey, createPublicKey, randomBytes, sign, type KeyObject } from 'node:crypto';
import { SluiceError } from '../core/errors.ts';

/**
 * Standard Webhooks 1.0 signatures. `v1` is HMAC-SHA256 with a shared secret (`whsec_`), `v1a` is ed25519 with a
 * private key (`whsk_`) whose public half (`whpk_`) the receiver holds. Signed content: `id.timestamp.body`.
 */
const SYMMETRIC_PREFIX = 'whsec_';
const ASYMMETRIC_PREFIX = 'whsk_';
const PUBLIC_PREFIX = 'whpk_';
/** Bounds of the specification for a symmetric key. */
const MIN_KEY_BYTES = 24;
const MAX_KEY_BYTES = 64;
const GENERATED_KEY_BYTES = 32;
const ED25519_SEED_BYTES = 32;
/** PKCS #8 wrapping of a raw ed25519 seed; node:crypto takes no raw seeds in Node 20. */
const ED25519_PKCS8_HEADER = Buffer.from('302e020100300506032b657004220420', 'hex');
const STANDARD_BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

export type ParsedSecret =
  { kind: 'symmetric'; key: Buffer } | { kind: 'asymmetric'; privateKey: KeyObject; publicKey: Buffer };

/** A secret that signs, or one that was rotated out and signs only until then (milliseconds since the epoch). */
export type SigningSecret = string | { secret: string; validUntilMs: number };

export interface SignRequest {
  /** `webhook-id`; must not contain a dot. */
  id: string;
  /** Unix seconds of this attempt, not of the event. */
  timestampSeconds: number;
  /** The exact body that is sent. */
  body: string | Buffer;
}

/** Signs with every live secret, current first. Keys are parsed once: use one signer per destination version. */
export type Signer = (request: SignRequest) => string;

/** A fresh shared secret of 32 random bytes. */
export function generateSecret(): string {
  return SYMMETRIC_PREFIX + randomBytes(GENERATED_KEY_BYTES).toString('base64');
}

/** A fresh ed25519 secret: base64 of seed followed by public key, as the specification serialises it. */
export function generateAsymmetricSecret(): string {
  const seed = randomBytes(ED25519_SEED_BYTES);
  const publicKey = rawPublicKey(privateKeyOfSeed(seed));
  return ASYMMETRIC_PREFIX + Buffer.concat([seed, publicKey]).toString('base64');
}

/** Throws `webhook_secret_invalid`, whose message never holds the secret. */
export function parseSecret(secret: string): ParsedSecret {
  if (secret.startsWith(SYMMETRIC_PREFIX)) {
    return parseSymmetric(decodeBase64(secret.slice(SYMMETRIC_PREFIX.length)));
  }
  if (secret.startsWith(ASYMMETRIC_PREFIX)) {
    return parseAsymmetric(decodeBase64(secret.slice(ASYMMETRIC_PREFIX.length)));
  }
  if (secret.startsWith(PUBLIC_PREFIX)) {
    throw invalidSecret('a public key (whpk_) cannot sign');
  }
  throw invalidSecret('it must begin with whsec_ or whsk_');
}

/** What the receiver needs to verify: `whpk_…` for an asymmetric secret, undefined for a shared one. */
export function publicKeyOf(secret: ParsedSecret): string | undefined {
  return secret.kind === 'asymmetric' ? PUBLIC_PREFIX + secret.publicKey.toString('base64') : undefined;
}

export function createSigner(secrets: readonly SigningSecret[]): Signer {
  if (secrets.length === 0) {
    throw invalidSecret('at least one secret is needed');
  }
  const parsed = secrets.map((secret) =>
    typeof secret === 'string'
      ? { key: parseSecret(secret), untilMs: Infinity }
      : { key: parseSecret(secret.secret), untilMs: secret.validUntilMs },
  );
  return (request) => {
    const live = parsed.filter(({ untilMs }) => request.timestampSeconds * 1_000 < untilMs);
    return live.map(({ key }) => signWith(key, request)).join(' ');
  };
}

/** Signers by the identity of their (readonly) list of secrets: a destination's list is parsed once, not per event. */
const signers = new WeakMap<readonly SigningSecret[], Signer>();

/** The value of `webhook-signature`: one signature per live secret, in their order, separated by spaces. */
export function signStandard(request: SignRequest & { secrets: readonly SigningSecret[] }): string {
  let signer = signers.get(request.secrets);
  if (signer === undefined) {
    signer = createSigner(request.secrets);
    signers.set(request.secrets, signer);
  }
  return signer(request);
}

function signWith(secret: ParsedSecret, request: SignRequest): string {
  const head = `${request.id}.${String(request.timestampSeconds)}.`;
  if (secret.kind === 'symmetric') {
    const hmac = createHmac('sha256', secret.key).update(head);
    return `v1,${hmac.update(request.body).digest('base64')}`;
  }
  const content = Buffer.concat([Buffer.from(head), Buffer.from(request.body)]);
  return `v1a,${sign(null, content, secret.privateKey).toString('base64')}`;
}

function parseSymmetric(key: Buffer): ParsedSecret {
  if (key.length < MIN_KEY_BYTES || key.length > MAX_KEY_BYTES) {
    throw invalidSecret(`a shared key has ${String(MIN_KEY_BYTES)} to ${String(MAX_KEY_BYTES)} bytes`);
  }
  return { kind: 'symmetric', key };
}

function parseAsymmetric(bytes: Buffer): ParsedSecret {
  if (bytes.length !== 2 * ED25519_SEED_BYTES) {
    throw invalidSecret('an ed25519 secret has 64 bytes, seed and public key');
  }
  const privateKey = privateKeyOfSeed(bytes.subarray(0, ED25519_SEED_BYTES));
  const publicKey = rawPublicKey(privateKey);
  if (!publicKey.equals(bytes.subarray(ED25519_SEED_BYTES))) {
    throw invalidSecret('the public half does not belong to the private half');
  }
  return { kind: 'asymmetric', privateKey, publicKey };
}

function privateKeyOfSeed(seed: Buffer): KeyObject {
  return createPrivateKey({ key: Buffer.concat([ED25519_PKCS8_HEADER, seed]), format: 'der', type: 'pkcs8' });
}

function rawPublicKey(privateKey: KeyObject): Buffer {
  const spki = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return spki.subarray(spki.length - ED25519_SEED_BYTES);
}

function decodeBase64(text: string): Buffer {
  if (!STANDARD_BASE64.test(text)) {
    throw invalidSecret('the part after the prefix must be standard base64');
  }
  return Buffer.from(text, 'base64');
}

function invalidSecret(reason: string): SluiceError {
  return new SluiceError({
    code: 'webhook_secret_invalid',
    message: `secret: the signing secret is not valid: ${reason}.`,
    retryable: false,
    fault: 'customer',
    remedy: 'Leave the secret out to have one generated, or pass whsec_ followed by base64 of 24 to 64 random bytes.',
  });
}
