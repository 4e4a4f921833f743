import type { Schemas } from '../../../api-client/index.ts';

export type Overview = Schemas['Overview'];
export type Card = Overview['destinations'][number];
export type Source = Overview['sources'][number];

const MINUTE_MS = 60_000;
const MINUTES_SHOWN = 60;

/** What needs somebody before what does not. */
const ORDER: readonly Card['health'][] = ['failing', 'paused_auto', 'degraded', 'healthy', 'idle', 'paused'];

/** Those that need somebody first, then those that move most. */
export function mostUrgent(cards: readonly Card[], count: number): Card[] {
  const rank = ({ health }: Card): number => ORDER.indexOf(health);
  return cards.toSorted((a, b) => rank(a) - rank(b) || b.sent - a.sent).slice(0, count);
}

export interface Group {
  /** A status, as badges have it. */
  status: string;
  count: number;
  /** The list of just these. */
  to: string;
}

export interface Totals {
  /** In the last hour. */
  eventsIn: number;
  delivered: Moved;
  exported: Moved;
}

export interface Moved {
  /** In the last 24 hours. */
  sent: number;
  /** That of the farthest behind which is not paused by a user; null before the first of all has sent anything. */
  lagSeconds: number | null;
}

/** What goes in and out of all together. */
export function totalsOf({ sources, destinations }: Pick<Overview, 'sources' | 'destinations'>): Totals {
  return {
    eventsIn: sources.reduce((sum, { events }) => sum + events, 0),
    delivered: movedOf(destinations.filter(({ product }) => product === 'webhook')),
    exported: movedOf(destinations.filter(({ product }) => product === 'export')),
  };
}

function movedOf(cards: readonly Card[]): Moved {
  const lags = cards.filter(({ health }) => health !== 'paused').map(({ lag_seconds: lag }) => lag ?? -1);
  const farthest = Math.max(-1, ...lags);
  return { sent: cards.reduce((sum, { sent }) => sum + sent, 0), lagSeconds: farthest < 0 ? null : farthest };
}

/** How many there are of each state, as the filters of the lists know it. */
export function groupsOf(cards: readonly Card[]): Group[] {
  const groups = new Map<string, Group>();
  for (const card of cards) {
    const { status, to } = listOf(card);
    groups.set(status, { status, to, count: (groups.get(status)?.count ?? 0) + 1 });
  }
  return [...groups.values()].toSorted((a, b) => b.count - a.count);
}

/** Webhooks are listed by the health of their endpoint, exports by how their runs end. */
function listOf({ product, health, state }: Card): Pick<Group, 'status' | 'to'> {
  if (product === 'export') {
    return { status: health, to: `/exports?health=${health}` };
  }
  return health === 'paused'
    ? { status: health, to: '/webhooks?status=paused' }
    : { status: state, to: `/webhooks?status=active&health=${state}` };
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
