/** What Sluice thinks of a webhook's endpoint. A probe is no state of its own: ADR 26. */
export const ENDPOINT_HEALTHS = ['healthy', 'degraded', 'paused_auto', 'recovering', 'gone', 'misconfigured'] as const;
export type EndpointHealth = (typeof ENDPOINT_HEALTHS)[number];

/** A user's pause is the webhook's `status`, not a health; in the history of its endpoint it stands beside them. */
export type ShownHealth = EndpointHealth | 'paused_user';

/** Health in which an endpoint gets no ordinary traffic: its cursor waits. */
export const SUSPENDED_HEALTHS: readonly EndpointHealth[] = ['paused_auto', 'gone', 'misconfigured'];
