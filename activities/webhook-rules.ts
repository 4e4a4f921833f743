import { validateCustomHeaders } from '../delivery/headers.ts';
import { generateAsymmetricSecret, generateSecret, parseSecret, publicKeyOf } from '../delivery/signing.ts';
import { compileTemplate } from '../delivery/template/template.ts';
import type { AddressPolicy } from '../net/address-policy.ts';
import { validateClientCertificate } from '../net/client-certificate.ts';
import { validateWebhookUrl } from '../net/webhook-url.ts';

/** What may be entered for a webhook: the rules by which it will be delivered. Each throws an error that names the fault. */
export interface WebhookRules {
  validateUrl(url: string): void;
  /** Returns the headers as they are stored. */
  validateHeaders(headers: Record<string, string>): Record<string, string>;
  validateSecret(secret: string): void;
  validateClientCertificate(pem: { certificate: string; privateKey: string }): void;
  validatePayload(payload: { contentType: string; template: unknown }): void;
  generateSecret(kind?: 'symmetric' | 'asymmetric'): string;
  publicKeyOf(secret: string): string | undefined;
}

export function webhookRules(policy: AddressPolicy, { requireHttps }: { requireHttps: boolean }): WebhookRules {
  return {
    validateUrl: (url) => void validateWebhookUrl(url, { policy, requireHttps }),
    validateHeaders: validateCustomHeaders,
    validateClientCertificate,
    validateSecret: (secret) => void parseSecret(secret),
    validatePayload: (payload) => void compileTemplate(payload),
    generateSecret: (kind) => (kind === 'asymmetric' ? generateAsymmetricSecret() : generateSecret()),
    publicKeyOf: (secret) => publicKeyOf(parseSecret(secret)),
  };
}
