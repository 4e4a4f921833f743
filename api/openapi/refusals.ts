import { isProtected, takesIdempotencyKey, takesIfMatch } from './headers.ts';
import type { Route } from './types.ts';

/** What every protected route may answer. */
const OF_CALLERS = ['unauthenticated', 'forbidden_role', 'forbidden_scope', 'rate_limited'];
/** And those of them that change something. */
const OF_CHANGES = ['csrf_token_invalid', 'delivery_loop'];

function ofCallers(method: string): string[] {
  return method === 'GET' ? OF_CALLERS : [...OF_CALLERS, ...OF_CHANGES];
}

/** What is named by an id in an address, by the part before it. */
const NOT_FOUND: Readonly<Record<string, string>> = {
  'api-keys': 'api_key_not_found',
  backfills: 'backfill_not_found',
  destinations: 'destination_not_found',
  erasures: 'erasure_not_found',
  events: 'event_not_found',
  exports: 'export_not_found',
  hooks: 'hook_not_found',
  invitations: 'invitation_not_found',
  members: 'member_not_found',
  messages: 'message_not_found',
  'notification-channels': 'notification_channel_not_found',
  'on-demand-exports': 'on_demand_export_not_found',
  'password-resets': 'password_reset_not_found',
  reconciliations: 'reconciliation_not_found',
  replays: 'replay_not_found',
  runs: 'run_not_found',
  stats: 'destination_not_found',
  webhooks: 'webhook_not_found',
};

/** What only some routes refuse. */
const OWN: Readonly<Record<string, readonly string[]>> = {
  'GET /readyz': ['not_ready'],
  'GET /stats/{id}': ['control_plane_unavailable'],
  'GET /downloads': ['download_link_invalid', 'download_expired'],
  'POST /auth/login': ['login_failed', 'origin_not_allowed', 'rate_limited'],
  'GET /auth/session': ['unauthenticated'],
  'POST /auth/logout': ['csrf_token_invalid'],
  'GET /auth/invitations/{token}': ['rate_limited'],
  'POST /auth/invitations/{token}': ['login_failed', 'origin_not_allowed', 'rate_limited'],
  'POST /auth/password-resets': ['password_reset_unavailable', 'origin_not_allowed', 'rate_limited'],
  'GET /auth/password-resets/{token}': ['rate_limited'],
  'POST /auth/password-resets/{token}': ['origin_not_allowed', 'rate_limited'],
  'POST /auth/password': ['unauthenticated', 'password_wrong', 'csrf_token_invalid', 'rate_limited'],
  'POST /members/{id}/password-reset': ['password_reset_refused', 'mail_not_sent'],
  'GET /auth/oidc/start': ['oidc_not_configured', 'rate_limited'],
  'GET /auth/oidc/callback': ['oidc_not_configured', 'oidc_user_unknown', 'rate_limited'],
  'DELETE /members/{id}': ['last_owner'],
  'PATCH /members/{id}': ['last_owner', 'edit_conflict'],
  'PATCH /api-keys/{id}': ['edit_conflict'],
  'PATCH /notification-channels/{id}': ['edit_conflict'],
  'PATCH /quotas': ['edit_conflict'],
  'PATCH /exports/{id}': ['edit_conflict', 'format_unsupported'],
  'PATCH /webhooks/{id}': ['edit_conflict'],
  'PATCH /destinations/{id}': ['edit_conflict'],
  'POST /exports': ['format_unsupported', 'control_plane_unavailable'],
  'POST /webhooks': ['control_plane_unavailable'],
  'DELETE /destinations/{id}': ['destination_in_use'],
  'POST /webhooks/{id}/restore': ['webhook_not_restorable'],
  'POST /webhooks/{id}/messages': ['message_backlog_full'],
  'POST /webhooks/{id}/retry': ['webhook_suspended', 'control_plane_unavailable'],
  'POST /webhooks/{id}/simulate': ['simulation_busy'],
  'POST /webhooks/preview': ['preview_busy'],
  'POST /hooks/subscribe': ['hook_handshake_failed', 'hook_handshake_busy'],
  'POST /queries/check': ['query_check_busy', 'query_refused'],
  'POST /exports/{id}/run': ['interval_exported', 'interval_running', 'interval_invalid', 'control_plane_unavailable'],
  'POST /exports/{id}/rerun': ['range_too_large', 'control_plane_unavailable'],
  'POST /exports/{id}/backfills': ['backfill_range_invalid', 'control_plane_unavailable'],
  'POST /on-demand-exports': ['range_invalid', 'control_plane_unavailable'],
  'POST /runs/{id}/cancel': ['run_finished', 'control_plane_unavailable'],
  'POST /runs/{id}/retry': ['interval_exported', 'interval_running', 'control_plane_unavailable'],
  'POST /backfills/{id}/pause': ['backfill_status_conflict'],
  'POST /backfills/{id}/resume': ['backfill_status_conflict'],
  'POST /backfills/{id}/cancel': ['backfill_status_conflict'],
  'POST /backfills/{id}/retry': ['backfill_status_conflict'],
};

/** The codes with which a route refuses that are worth a branch in a program; docs/error-codes.md has every one. */
export function refusalsOf(route: Route): string[] {
  const { method, path, operation } = route;
  const address = path.replace('/api/v1', '');
  const takesInput = operation.requestBody !== undefined || (operation.parameters?.length ?? 0) > 0;
  const codes = [
    ...(isProtected(route) ? ofCallers(method) : []),
    ...[...address.matchAll(/\/([\w-]+)\/\{\w+\}/g)].map(([, resource]) => NOT_FOUND[resource ?? ''] ?? ''),
    ...(operation.requestBody === undefined ? [] : ['request_malformed', 'request_too_large']),
    ...(takesInput ? ['validation_failed'] : []),
    ...(takesIdempotencyKey(route) ? ['idempotency_in_progress', 'idempotency_key_reused'] : []),
    ...(takesIfMatch(route) ? ['version_changed'] : []),
    ...(OWN[`${method} ${address}`] ?? []),
    ...(path.startsWith('/api/v1') ? ['database_unavailable', 'internal_error'] : []),
  ];
  return [...new Set(codes)].filter((code) => code !== '');
}
