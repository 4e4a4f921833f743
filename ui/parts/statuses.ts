export type Tone = 'good' | 'busy' | 'warn' | 'bad' | 'idle';

/** How each status of the API is felt. Unknown ones are shown without a tone. */
const TONES: Readonly<Record<string, Tone>> = {
  // of what people configure
  active: 'good',
  paused: 'idle',
  deleting: 'idle',
  deleted: 'idle',
  // health of an endpoint
  healthy: 'good',
  degraded: 'warn',
  failing: 'bad',
  idle: 'idle',
  unused: 'idle',
  paused_auto: 'bad',
  misconfigured: 'bad',
  gone: 'bad',
  recovering: 'busy',
  // runs, backfills, replays
  queued: 'busy',
  starting: 'busy',
  running: 'busy',
  planned: 'busy',
  completed: 'good',
  failed: 'bad',
  failed_retryable: 'bad',
  cancelled: 'idle',
  terminated: 'bad',
  timed_out: 'bad',
  over_quota: 'warn',
  skipped: 'idle',
  incomplete: 'warn',
  // deliveries and attempts
  delivered: 'good',
  waiting: 'busy',
  held: 'warn',
  retrying: 'warn',
  retry_scheduled: 'warn',
  parked: 'warn',
  failed_attempt: 'bad',
  discarded: 'bad',
  given_up: 'bad',
  expired: 'warn',
  masked: 'idle',
  not_matched: 'idle',
  too_early: 'idle',
  passed: 'idle',
  // of notifications
  sent: 'good',
  dropped: 'idle',
};

const LABELS: Readonly<Record<string, string>> = {
  discarded: 'given up',
  failed_attempt: 'failed',
  retry_scheduled: 'will be retried',
  failed_retryable: 'failed, can be retried',
  paused_auto: 'paused by Sluice',
  paused_user: 'paused by a user',
  idle: 'nothing lately',
  unused: 'not in use',
};

export function toneOf(status: string): Tone {
  return TONES[status] ?? 'idle';
}

export function statusLabel(status: string): string {
  return LABELS[status] ?? status.replaceAll('_', ' ');
}
