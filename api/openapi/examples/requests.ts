const SOME_ID = '8c2f6f0e-3c1b-4f0a-9a55-2b8f0c7f1d11';
const DAY = { from: '2026-11-20T00:00:00Z', to: '2026-11-21T00:00:00Z' };
const FILTER = { include_events: ['order placed', 'order paid'] };
const BUCKET = {
  bucket: 'acme-lake',
  region: 'eu-central-1',
  access_key_id: 'AKIAEXAMPLE',
  secret_access_key: 'secret',
};
const QUERY =
  'SELECT event, count() AS events FROM events WHERE inserted_at >= {interval_start} AND inserted_at < {interval_end} GROUP BY event';

/** A body that each route with one takes, by its address below /api/v1. */
export const REQUEST_EXAMPLES: Readonly<Record<string, unknown>> = {
  'POST /auth/login': { email: 'ada@example.com', password: 'correct horse battery' },
  'POST /auth/invitations/{token}': { name: 'Ada', password: 'correct horse battery' },
  'POST /auth/password-resets': { email: 'ada@example.com' },
  'POST /auth/password-resets/{token}': { password: 'incorrect horse battery' },
  'POST /auth/password': { current_password: 'correct horse battery', password: 'incorrect horse battery' },
  'POST /invitations': { email: 'grace@example.com', role: 'editor' },
  'PATCH /members/{id}': { role: 'editor' },
  'POST /api-keys': { name: 'ci', scopes: ['read', 'write'], expires_at: '2027-11-21T00:00:00Z' },
  'PATCH /api-keys/{id}': { name: 'ci of the data team' },
  'PATCH /quotas': { export_rows_per_day: 5_000_000 },
  'POST /erasures': { distinct_ids: ['user-17'] },
  'POST /destinations': { name: 'lake', kind: 's3', config: BUCKET },
  'PATCH /destinations/{id}': { name: 'lake of the data team', config: { bucket: 'acme-data' } },
  'POST /destinations/check': { kind: 's3', config: BUCKET },
  'POST /destinations/{id}/check': { config: { bucket: 'acme-data' } },
  'POST /exports': {
    name: 'orders',
    destination_id: SOME_ID,
    interval: 'hour',
    filter: FILTER,
    format: { file_format: 'parquet', compression: 'zstd' },
  },
  'PATCH /exports/{id}': { name: 'orders of Berlin', interval: 'day', time_zone: 'Europe/Berlin', hour_offset: 4 },
  'POST /exports/dry-run': { destination_id: SOME_ID, interval: 'hour', filter: FILTER, sample_rows: 5 },
  'POST /exports/{id}/dry-run': { sample_rows: 5 },
  'POST /exports/{id}/resume': { fill_gap: true },
  'POST /exports/{id}/run': { interval_end: '2026-11-21T12:00:00Z' },
  'POST /exports/{id}/rerun': { ...DAY, config: 'original', force: true },
  'POST /exports/{id}/backfills': { ...DAY, order: 'newest', parallel: 2 },
  'POST /exports/{id}/reconcile': { ...DAY, dry_run: true },
  'POST /schedule-preview': { interval: 'week', time_zone: 'Europe/Berlin', weekday_offset: 1, count: 5 },
  'POST /queries/check': { query: QUERY, interval_start: '2026-11-21T11:00:00Z', interval_end: '2026-11-21T12:00:00Z' },
  'POST /on-demand-exports': { ...DAY, filter: FILTER, download: true },
  'POST /runs/{id}/retry': { config: 'original' },
  'POST /backfills/{id}/retry': { interval_end: '2026-11-20T13:00:00Z' },
  'POST /webhooks': {
    name: 'orders',
    url: 'https://example.com/hooks',
    events: ['order placed', 'order paid'],
    headers: { 'x-source': 'sluice' },
  },
  'PATCH /webhooks/{id}': { url: 'https://example.com/hooks/v2', timeout_ms: 10_000, events: null },
  'POST /webhooks/{id}/secret/rotate': { overlap_hours: 24 },
  'POST /webhooks/{id}/test': { event: 'order placed', properties: { total: 12.5 } },
  'POST /webhooks/preview': { url: 'https://example.com/hooks', events: ['order paid'] },
  'POST /webhooks/{id}/retry': { event_uuids: [SOME_ID] },
  'POST /webhooks/{id}/simulate': { change: { events: ['order paid'] }, last: 100 },
  'POST /webhooks/{id}/messages': { event_type: 'invoice.paid', payload: { number: 'R-1001', total: 12.5 } },
  'POST /webhooks/{id}/replays': { scope: 'failed', from: DAY.from, until: DAY.to, dry_run: true },
  'POST /hooks/subscribe': { target_url: 'https://hooks.example.com/1', event: 'order placed' },
  'POST /notification-channels': {
    kind: 'slack',
    name: 'team',
    config: { url: 'https://hooks.slack.com/services/T000/B000/XXX' },
  },
  'PATCH /notification-channels/{id}': { enabled: false },
};
