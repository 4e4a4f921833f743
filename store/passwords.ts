import { hash, verify } from '@node-rs/argon2';

/** OWASP's parameters of argon2id: 19 MiB, two passes, one lane. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** In PHC format, with a salt of its own. Takes some 30 ms on a thread of its own. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, PARAMETERS);
}

let decoy: Promise<string> | undefined;

/** Takes as long without a hash as with one, so that nobody learns which accounts exist. */
export async function verifyPassword(stored: string | null | undefined, password: string): Promise<boolean> {
  decoy ??= hashPassword('no account has this');
  const matches = await verify(stored ?? (await decoy), password);
  return matches && typeof stored === 'string';
}
