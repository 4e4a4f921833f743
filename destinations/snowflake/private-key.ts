import { createPrivateKey, type KeyObject } from 'node:crypto';

/** Undefined when it is no RSA key, or the passphrase does not open it. */
export function readPrivateKey(pem: string, passphrase: string | undefined): KeyObject | undefined {
  try {
    const key = createPrivateKey({ key: pem, ...(passphrase !== undefined && { passphrase }) });
    return key.asymmetricKeyType === 'rsa' ? key : undefined;
  } catch {
    return undefined;
  }
}
