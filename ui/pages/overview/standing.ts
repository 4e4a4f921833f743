import type { Schemas } from '../../../api-client/index.ts';

export type Overview = Schemas['Overview'];
export type Card = Overview['destinations'][number];
export type Source = Overview['sources'][number];

const MINUTE_MS = 60_000;
const MINUTES_SHOWN = 60;

export interface Group {
  /** A status, as badges have it. */
  status: string;
  count: number;
  /** The list of just these. */
  to: string;
}

/** What all webhooks or all exports together do. */
export type Totals = Overview['totals']['webhooks'];

/** How many there are of each state, as the filters of the lists know it. */
export function groupsOf(product: Card['product'], { states }: Totals): Group[] {
  return states.map(({ state, count }) => ({ status: state, count, to: listOf(product, state) }));
}

/** Webhooks are listed by the health of their endpoint, exports by how their runs end. */
function listOf(product: Card['product'], state: string): string {
  if (product === 'export') {
    return `/exports?health=${state}`;
  }
  return state === 'paused' ? '/webhooks?status=paused' : `/webhooks?status=active&health=${state}`;
}

/** Where somebody sees what is wrong: of an export whose runs fail, just these. */
export function placeOf({ product, id, health }: Overview['attention'][number]): string {
  if (product === 'webhook') {
    return `/webhooks/${id}`;
  }
  return health === 'failing' || health === 'degraded' ? `/exports/${id}?outcome=wrong` : `/exports/${id}`;
}

/** Events in each minute of the last hour, oldest first. Minutes without any are absent in what the API answers. */
export function minutesOf({ points }: Source, now: string): number[] {
  const events = new Map(points.map((point) => [minuteOf(point.at), point.events]));
  const last = minuteOf(now);
  return Array.from({ length: MINUTES_SHOWN }, (_, index) => events.get(last - MINUTES_SHOWN + 1 + index) ?? 0);
}

function minuteOf(at: string): number {
  return Math.floor(Date.parse(at) / MINUTE_MS);
}
