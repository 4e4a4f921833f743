import type { WebhookState } from './queries.ts';

interface Meaning {
  title: string;
  text: string;
}

/** What a health state means for the person who looks at it, and what to do. */
export const HEALTH_MEANS: Readonly<Record<WebhookState['health'], Meaning>> = {
  healthy: { title: 'Healthy', text: 'The endpoint takes what it is sent.' },
  degraded: {
    title: 'The endpoint refuses some requests',
    text: 'What fails is retried. The failed deliveries say why.',
  },
  paused_auto: {
    title: 'Deliveries are suspended: the endpoint fails',
    text: 'Nothing is lost. Events wait, the endpoint is probed, and everything is sent once it answers. Repair it, then send a test event: one that is delivered ends the wait.',
  },
  misconfigured: {
    title: 'The endpoint refuses us: address or credentials are wrong',
    text: 'Nothing is lost. Correct the settings or the endpoint, then send a test event.',
  },
  gone: {
    title: 'The endpoint says that it is gone (410)',
    text: 'Nothing more is sent. Give the webhook another address, or delete it.',
  },
  recovering: {
    title: 'The endpoint answers again',
    text: 'What has waited is sent, at first slowly.',
  },
};

/** Undefined for a state that this console does not know. */
export function meaningOf(state: string): Meaning | undefined {
  return (HEALTH_MEANS as Readonly<Record<string, Meaning>>)[state];
}
