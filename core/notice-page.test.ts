import { expect, test } from '@jest/globals';
import { noticePage } from './notice-page.ts';
import { NOTICE_EVENTS, type NoticeMessage } from './notices.ts';

const RUN = { export_id: 'e1', run_id: 'r1' };
const WEBHOOK = { webhook_id: 'w1' };

test.each<[NoticeMessage['type'], Record<string, unknown>, string]>([
  ['test', {}, '/console/settings/notifications'],
  ['export.failed', RUN, '/console/exports/e1/runs/r1'],
  ['export.recovered', RUN, '/console/exports/e1/runs/r1'],
  ['export.rows_unusual', RUN, '/console/exports/e1/runs/r1'],
  ['export.rows_usual', RUN, '/console/exports/e1/runs/r1'],
  ['export.auto_paused', RUN, '/console/exports/e1'],
  ['export.resumed', { export_id: 'e1' }, '/console/exports/e1'],
  ['destination.near_log_ttl', { export_id: 'e1' }, '/console/exports/e1/completeness'],
  ['destination.near_log_ttl', WEBHOOK, '/console/webhooks/w1'],
  ['webhook.events_lost', WEBHOOK, '/console/webhooks/w1'],
  ['quota.reached', { ...RUN, subject: 'team/1' }, '/console/settings/usage'],
  ['quota.reached', { ...RUN, subject: 'export/e1' }, '/console/exports/e1/runs/r1'],
  ['webhook.degraded', WEBHOOK, '/console/webhooks/w1'],
  ['webhook.paused', WEBHOOK, '/console/webhooks/w1'],
  ['webhook.misconfigured', WEBHOOK, '/console/webhooks/w1'],
  ['webhook.throttled', WEBHOOK, '/console/webhooks/w1'],
  ['webhook.gone', WEBHOOK, '/console/webhooks/w1'],
  ['webhook.recovered', WEBHOOK, '/console/webhooks/w1'],
])('%s of %j leads to %s', (type, details, page) => {
  expect(noticePage({ type, details })).toBe(page);
});

test('a run that is not named leads to its export; ids are no paths; nothing leads nowhere', () => {
  expect(noticePage({ type: 'export.failed', details: { export_id: 'e1' } })).toBe('/console/exports/e1');
  expect(noticePage({ type: 'webhook.gone', details: { webhook_id: '../a?b' } })).toBe('/console/webhooks/..%2Fa%3Fb');
  const about = { export_id: 'e1', webhook_id: 'w1' };
  expect(NOTICE_EVENTS.filter((type) => noticePage({ type, details: about }) === undefined)).toEqual([]);
  expect(noticePage({ type: 'export.failed', details: {} })).toBeUndefined();
});
