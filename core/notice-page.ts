import type { NoticeMessage } from './notices.ts';

type Details = NoticeMessage['details'];
type PageOf = (details: Details) => string | undefined;

/** Where the console is below the address of the server. */
const CONSOLE = '/console';

const exportPage: PageOf = (details) => below('/exports', details['export_id']);
const webhookPage: PageOf = (details) => below('/webhooks', details['webhook_id']);
const runPage: PageOf = (details) => {
  const page = exportPage(details);
  return below(page && `${page}/runs`, details['run_id']) ?? page;
};

const PAGES = {
  'export.failed': runPage,
  'export.recovered': runPage,
  'export.auto_paused': exportPage,
  'export.resumed': exportPage,
  'export.rows_unusual': runPage,
  'export.rows_usual': runPage,
  'destination.near_log_ttl': (details) => below(exportPage(details), 'completeness') ?? webhookPage(details),
  // What is used up is the team's; what is too large for it is one interval.
  'quota.reached': (details) => (String(details['subject']).startsWith('team/') ? '/settings/usage' : runPage(details)),
  'webhook.degraded': webhookPage,
  'webhook.paused': webhookPage,
  'webhook.misconfigured': webhookPage,
  'webhook.throttled': webhookPage,
  'webhook.gone': webhookPage,
  'webhook.recovered': webhookPage,
  'webhook.events_lost': webhookPage,
  test: () => '/settings/notifications',
} satisfies Record<NoticeMessage['type'], PageOf>;

/**
 * The page of the console that shows what a notice is about, as a path. Undefined when it names nothing that has a page,
 * or is of another release.
 */
export function noticePage({ type, details }: Pick<NoticeMessage, 'type' | 'details'>): string | undefined {
  const page = (PAGES as Partial<Record<string, PageOf>>)[type]?.(details);
  return page && CONSOLE + page;
}

function below(page: string | undefined, part: unknown): string | undefined {
  return page === undefined || typeof part !== 'string' || part === ''
    ? undefined
    : `${page}/${encodeURIComponent(part)}`;
}
