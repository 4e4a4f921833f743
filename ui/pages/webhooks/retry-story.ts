import type { Schemas } from '../../../api-client/index.ts';
import { count } from '../../parts/format.ts';
import type { Attempt } from './queries.ts';

type Retry = Pick<Schemas['DeliveryRetry'], 'woken' | 'replayed' | 'left'>;

const LEFT: Readonly<Record<Retry['left'][number]['because'], string>> = {
  delivered: 'delivered already',
  not_failed: 'not failed',
  not_in_log: 'no longer in the log',
  expired: 'expired',
};

/** What became of a wish to try again. */
export function retryStory({ woken, replayed, left }: Retry): string {
  const begun = woken.length + replayed.length;
  const reasons = (Object.keys(LEFT) as (keyof typeof LEFT)[]).flatMap((because) => {
    const events = left.filter((one) => one.because === because).length;
    return events === 0 ? [] : [`${events === 1 && begun === 0 ? 'It is' : `${count(events)}:`} ${LEFT[because]}.`];
  });
  const tried = begun === 1 && left.length === 0 ? 'It is tried now.' : `${count(begun)} tried now.`;
  return [...(begun === 0 ? ['Nothing to try.'] : [tried]), ...reasons].join(' ');
}

const FAILED: readonly Attempt['outcome'][] = ['retry_scheduled', 'parked', 'failed_attempt', 'discarded'];
/** As many as the API takes at once. */
const MAX_EVENTS = 100;

/** Of a list of attempts, newest first: events whose latest one of it has failed. */
export function failedEvents(attempts: readonly Pick<Attempt, 'event_uuid' | 'outcome'>[]): string[] {
  const latest = new Map<string, Attempt['outcome']>();
  for (const { event_uuid: uuid, outcome } of attempts) {
    if (!latest.has(uuid)) {
      latest.set(uuid, outcome);
    }
  }
  return [...latest].flatMap(([uuid, outcome]) => (FAILED.includes(outcome) ? [uuid] : [])).slice(0, MAX_EVENTS);
}
