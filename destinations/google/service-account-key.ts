import { createPrivateKey } from 'node:crypto';

/** What Sluice uses of a key file. `token_uri` is not: the key of a customer must not say where it is sent. */
export interface ServiceAccountKey {
  email: string;
  privateKey: string;
}

/** Reads a key file as Google hands it out; undefined when it is none. */
export function parseServiceAccountKey(text: string): ServiceAccountKey | undefined {
  const file = parseJson(text) as Partial<Record<string, unknown>> | undefined;
  const [email, privateKey] = [file?.['client_email'], file?.['private_key']];
  const isKey = file?.['type'] === 'service_account' && typeof email === 'string' && typeof privateKey === 'string';
  return isKey && isPrivateKey(privateKey) ? { email, privateKey } : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isPrivateKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
}
