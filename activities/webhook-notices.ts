import type { NoticeEvent } from '../core/notices.ts';
import { tellsOfThrottling } from '../core/throttled-endpoint.ts';
import type { EndpointHealth } from '../delivery/shard/ports.ts';
import type { DestinationRecord } from '../store/destinations.ts';
import type { ActivityDeps } from './deps.ts';
import { notify } from './notify.ts';

interface News {
  event: NoticeEvent;
  /** Absent: all is well. */
  state?: string;
  says: string;
}

const THROTTLED: News = {
  event: 'webhook.throttled',
  state: 'throttled',
  says: 'For half an hour it has answered nothing but that we should wait. It is asked now and then, and nothing is lost meanwhile.',
};

/** States that end by themselves within a minute or two are no news. */
const NEWS: Partial<Record<EndpointHealth, News>> = {
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
  gone: {
    event: 'webhook.gone',
    state: 'gone',
    says: 'It answered 410, so nothing is sent to it any more. Change or resume it to go on.',
  },
  healthy: { event: 'webhook.recovered', says: 'It takes events again.' },
};

/** Tells of a webhook whose health has changed in a way that its team wants to know. */
export async function noticeOfHealth(
  deps: ActivityDeps,
  { id, teamId, name }: Pick<DestinationRecord, 'id' | 'teamId' | 'name'>,
  change: { to: EndpointHealth; evidence: Record<string, unknown> },
): Promise<void> {
  const news = change.to === 'degraded' && tellsOfThrottling(change.evidence) ? THROTTLED : NEWS[change.to];
  if (news === undefined) {
    return;
  }
  const { event, says, ...state } = news;
  const { remedy } = change.evidence;
  await notify(deps, {
    ...{ teamId, event, subject: `webhook/${id}`, topic: 'health', ...state },
    title: `Webhook "${name}" ${state.state === undefined ? 'works again' : `is ${state.state}`}`,
    text: typeof remedy === 'string' ? `${says} ${remedy}` : says,
    details: { webhook_id: id, webhook_name: name, health: change.to, evidence: change.evidence },
  });
}
