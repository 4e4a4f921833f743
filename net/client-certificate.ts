import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { ClientCertificate } from '../core/endpoint-auth.ts';
import { SluiceError } from '../core/errors.ts';

/** Throws `client_certificate_invalid`, which never shows the key. */
export function validateClientCertificate({ certificate, privateKey }: ClientCertificate, now = new Date()): void {
  const leaf = attempt(() => new X509Certificate(certificate), 'the certificate is not PEM');
  const key = attempt(() => createPrivateKey(privateKey), 'the private key is not PEM, or has a passphrase');
  if (!leaf.checkPrivateKey(key)) {
    throw invalid('the private key does not belong to the certificate');
  }
  if (new Date(leaf.validTo) <= now) {
    throw invalid(`the certificate expired on ${leaf.validTo}`);
  }
}

function attempt<Value>(read: () => Value, problem: string): Value {
  try {
    return read();
  } catch {
    throw invalid(problem);
  }
}

function invalid(problem: string): SluiceError {
  return new SluiceError({
    code: 'client_certificate_invalid',
    message: `client_certificate: ${problem}.`,
    retryable: false,
    fault: 'customer',
    remedy: 'Send the certificate with its chain and its private key, both PEM, the key without a passphrase.',
  });
}
