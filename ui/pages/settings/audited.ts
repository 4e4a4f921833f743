/** What the audit log knows, by the section of the API, and where a thing of it has its page. */
const PAGES: Readonly<Record<string, ((id: string) => string) | undefined>> = {
  webhooks: (id) => `/webhooks/${id}`,
  exports: (id) => `/exports/${id}`,
  destinations: (id) => `/exports/destinations/${id}`,
  erasures: (id) => `/settings/erasures/${id}`,
  'api-keys': undefined,
  hooks: (id) => `/webhooks/${id}`,
  invitations: undefined,
  members: undefined,
  'notification-channels': undefined,
  'on-demand-exports': undefined,
  quotas: undefined,
  replays: undefined,
  backfills: undefined,
  runs: undefined,
  'sign-ins': undefined,
};

export const AUDITED = Object.keys(PAGES).toSorted();

/** Undefined where a thing has no page of its own. It may be deleted by now: the page says so. */
export function pageOfAudited(resource: string, id: string): string | undefined {
  return PAGES[resource]?.(id);
}
