import type { ShownHealth } from './endpoint-health.ts';
import type { NoticeEvent } from './notices.ts';
import type { OperationalEventType } from './operational-events.ts';
import { tellsOfThrottling } from './throttled-endpoint.ts';

/** What is told of a webhook's health: programs of every change, people of what lasts. Pure. */

export interface HealthStep {
  from: ShownHealth;
  to: ShownHealth;
  evidence: Record<string, unknown>;
}

const TOLD = {
  healthy: 'destination.recovered',
  degraded: 'destination.degraded',
  paused_auto: 'destination.paused',
  misconfigured: 'destination.misconfigured',
  gone: 'destination.gone',
  recovering: 'destination.recovering',
  paused_user: 'destination.paused_by_user',
} as const satisfies Record<ShownHealth, OperationalEventType>;

export type HealthEventType = (typeof TOLD)[ShownHealth] | 'destination.throttled' | 'destination.resumed';

/** Each step is told, as one type. */
export function healthEventOf({ from, to, evidence }: HealthStep): HealthEventType {
  if (from === 'paused_user') {
    return 'destination.resumed';
  }
  return to === 'degraded' && tellsOfThrottling(evidence) ? 'destination.throttled' : TOLD[to];
}

const REMEDIES: Partial<Record<ShownHealth, string>> = {
  degraded: 'Its failed deliveries say why.',
  paused_auto: 'Repair the endpoint; a test event that is delivered ends the wait at once.',
  misconfigured: 'Correct its settings or the endpoint, then send a test event.',
  gone: 'Change or resume it to go on.',
  paused_user: 'Resume it when it is to get events again.',
};

/** What was seen knows best. Null: nothing has to be done. */
export function healthRemedy({ to, evidence }: Pick<HealthStep, 'to' | 'evidence'>): string | null {
  const { remedy } = evidence;
  return typeof remedy === 'string' ? remedy : (REMEDIES[to] ?? null);
}

export interface HealthNews {
  event: NoticeEvent;
  /** Absent: all is well. */
  state?: string;
  title: string;
  text: string;
}

interface Said {
  event: NoticeEvent;
  state: string;
  says: string;
}

const SAID: Partial<Record<ShownHealth, Said>> = {
  paused_auto: {
    event: 'webhook.paused',
    state: 'paused',
    says: 'It kept failing, so deliveries wait. Sluice tries it again by itself, and nothing is lost meanwhile.',
  },
  misconfigured: {
    event: 'webhook.misconfigured',
    state: 'misconfigured',
    says: 'It refuses our requests or cannot be called; events wait until that is mended.',
  },
  gone: { event: 'webhook.gone', state: 'gone', says: 'It answered 410, so nothing is sent to it any more.' },
};

const THROTTLED: Said = {
  event: 'webhook.throttled',
  state: 'throttled',
  says: 'For half an hour it has answered nothing but that we should wait. It is asked now and then, and nothing is lost meanwhile.',
};

const LONG_DEGRADED: Said = {
  event: 'webhook.degraded',
  state: 'degraded',
  says: 'For half an hour some of its requests have failed. What fails is retried.',
};

/** Undefined: people are not told, because it may end by itself within minutes, or because one of them has done it. */
export function healthNews(
  name: string,
  { to, evidence }: Pick<HealthStep, 'to' | 'evidence'>,
): HealthNews | undefined {
  if (to === 'healthy') {
    return { event: 'webhook.recovered', title: `Webhook "${name}" works again`, text: 'It takes events again.' };
  }
  const said = to === 'degraded' && tellsOfThrottling(evidence) ? THROTTLED : SAID[to];
  return said && newsOf(name, said, healthRemedy({ to, evidence }));
}

/** Of one that has been degraded, and not throttled, for half an hour. */
export function longDegradedNews(name: string, evidence: Record<string, unknown>): HealthNews {
  return newsOf(name, LONG_DEGRADED, healthRemedy({ to: 'degraded', evidence }));
}

function newsOf(name: string, { event, state, says }: Said, remedy: string | null): HealthNews {
  return { event, state, title: `Webhook "${name}" is ${state}`, text: remedy === null ? says : `${says} ${remedy}` };
}
