import type { WebhookRules } from '../core/webhook-rules.ts';
import { validateCustomHeaders } from '../delivery/headers.ts';
import { generateAsymmetricSecret, generateSecret, parseSecret, publicKeyOf } from '../delivery/signing.ts';
import { compileTemplate } from '../delivery/template/template.ts';
import type { AddressPolicy } from '../net/address-policy.ts';
import { validateClientCertificate } from '../net/client-certificate.ts';
import { validateWebhookUrl } from '../net/webhook-url.ts';
import { checkInputs, webhookKinds } from './webhook-kinds.ts';

export function webhookRules(policy: AddressPolicy, { requireHttps }: { requireHttps: boolean }): WebhookRules {
  const validateUrl = (url: string): void => void validateWebhookUrl(url, { policy, requireHttps });
  return {
    validateUrl,
    kinds: webhookKinds(),
    checkInputs: (kind, inputs) => checkInputs(kind, inputs, validateUrl),
    validateHeaders: validateCustomHeaders,
    validateClientCertificate,
    validateSecret: (secret) => void parseSecret(secret),
    validatePayload: (payload) => void compileTemplate(payload),
    generateSecret: (kind) => (kind === 'asymmetric' ? generateAsymmetricSecret() : generateSecret()),
    publicKeyOf: (secret) => publicKeyOf(parseSecret(secret)),
  };
}
