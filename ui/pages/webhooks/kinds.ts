/** A kind of webhook, as the catalogue shows it. */
export interface WebhookKind {
  kind: string;
  title: string;
  summary: string;
}

const GENERIC: WebhookKind = {
  kind: 'generic',
  title: 'Any address',
  summary: 'Signed requests as Standard Webhooks describes them, with a body of your own if you like.',
};

/** What there is to choose from. */
export function useWebhookKinds(): readonly WebhookKind[] {
  return [GENERIC];
}
