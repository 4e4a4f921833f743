import { createHash, randomBytes } from 'node:crypto';

/** Enough that a plain digest of it is safe to store. */
const TOKEN_BYTES = 32;

export function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}

/** What is stored of a token or key. Looking up by it, the time taken tells nothing about the token. */
export function tokenHash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
