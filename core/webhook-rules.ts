import type { CheckedInputs, InputProblem, WebhookKind } from './webhook-kinds.ts';

/** What may be entered for a webhook: the rules by which it is delivered. Each throws an error that names the fault. */
export interface WebhookRules {
  validateUrl(url: string): void;
  /** Returns the headers as they are stored. */
  validateHeaders(headers: Record<string, string>): Record<string, string>;
  validateSecret(secret: string): void;
  validateClientCertificate(pem: { certificate: string; privateKey: string }): void;
  validatePayload(payload: { contentType: string; template: unknown }): void;
  kinds: readonly WebhookKind[];
  /** Of a kind that owns its request. Throws also `webhook_kind_unknown`. */
  checkInputs(kind: string, inputs: Record<string, unknown>): CheckedInputs | { problems: InputProblem[] };
  generateSecret(kind?: 'symmetric' | 'asymmetric'): string;
  /** What a receiver verifies `v1a` signatures with; undefined for a shared secret. */
  publicKeyOf(secret: string): string | undefined;
}
