import { errorCode, errorMessage, SluiceError } from '../core/errors.ts';

/** Missing, deleted and another team's are the same to the caller. */
export function notFound(
  what:
    | (
        | 'destination'
        | 'export'
        | 'run'
        | 'backfill'
        | 'reconciliation'
        | 'replay'
        | 'message'
        | 'hook'
        | 'notification channel'
        | 'erasure'
      )
    | ('member' | 'invitation' | 'password reset' | 'API key'),
  id: string,
): SluiceError {
  const codes = {
    destination: 'destination_not_found',
    export: 'export_not_found',
    run: 'run_not_found',
    backfill: 'backfill_not_found',
    reconciliation: 'reconciliation_not_found',
    replay: 'replay_not_found',
    message: 'message_not_found',
    hook: 'hook_not_found',
    'notification channel': 'notification_channel_not_found',
    erasure: 'erasure_not_found',
    member: 'member_not_found',
    invitation: 'invitation_not_found',
    'password reset': 'password_reset_not_found',
    'API key': 'api_key_not_found',
  } as const;
  return new SluiceError({
    code: codes[what],
    message: `there is no ${what} ${id}`,
    retryable: false,
    fault: 'customer',
    remedy: what === 'password reset' ? 'Ask for a new link.' : `Use the id of one of your ${what}s.`,
  });
}

/** Somebody else changed the record between the caller's read and write. */
export function editConflict(
  what: 'destination' | 'export' | 'notification channel' | 'API key' | 'member' | 'quota of team',
  id: string,
): SluiceError {
  return new SluiceError({
    code: 'edit_conflict',
    message: `the ${what} ${id} was changed by somebody else in the meantime`,
    retryable: false,
    fault: 'customer',
    remedy: 'Read it again and repeat the change.',
  });
}

/** Node's codes of a connection that is refused, lost or never made. */
const SOCKET_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
]);
/** Connection exceptions, no resources (connections, disk, memory), and a server that starts or stops. */
const UNAVAILABLE_SQLSTATE = /^(08...|53...|57P0[123])$/;
/** A standby, or a primary that takes no writes for now: during a failover, and where a provider's disk is nearly full. */
const READ_ONLY_SQLSTATE = '25006';
/** The driver's own errors of a connection that is lost or silent carry no code. */
const UNAVAILABLE_MESSAGE = /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout)/;

/**
 * The failure of a query as `database_unavailable` when PostgreSQL could not be reached or takes no writes; undefined for
 * any other.
 */
export function databaseUnavailable(error: unknown): SluiceError | undefined {
  const code = errorCode(error) ?? '';
  const readOnly = code === READ_ONLY_SQLSTATE;
  const passing = SOCKET_CODES.has(code) || UNAVAILABLE_SQLSTATE.test(code);
  if (!readOnly && !passing && !UNAVAILABLE_MESSAGE.test(errorMessage(error))) {
    return undefined;
  }
  return new SluiceError({
    code: 'database_unavailable',
    message: readOnly
      ? 'PostgreSQL takes no writes at present'
      : 'PostgreSQL cannot be reached, or has no room or connection left',
    retryable: true,
    fault: 'platform',
    remedy: 'Repeat the request in a moment.',
    cause: error,
  });
}
