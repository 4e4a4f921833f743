import { statusLabel } from './statuses.ts';

/** How long an export has had no run that went well before it is `idle`; 24 hours where it is not named. */
const QUIET_FOR: Readonly<Record<string, string>> = { day: '2 days', week: '2 weeks' };

interface Standing {
  health: string;
  /** In more detail, as the API has it. */
  state: string;
  /** How often an export runs; null of a webhook. */
  interval: string | null;
}

/** A health in words that fit the interval. */
export function healthLabel({ health, state, interval }: Standing): string {
  if (health !== 'idle') {
    return statusLabel(health);
  }
  return state === 'new' ? 'no run yet' : `nothing in ${QUIET_FOR[interval ?? ''] ?? '24 h'}`;
}
