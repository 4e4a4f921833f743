import { expect, test } from '@jest/globals';
import { groupsOf, minutesOf, mostUrgent, placeOf, totalsOf, type Card } from './standing.ts';

function card(id: string, changes: Partial<Card>): Card {
  return {
    ...{ product: 'webhook', id, name: id, kind: 'generic', destination: null, health: 'healthy', state: 'healthy' },
    ...{ lag_seconds: 0, success_rate: 1, sent: 1, last_error: null, unusual_rows: null },
    ...changes,
  };
}

test('what needs somebody comes first, then what moves most; the rest is left out', () => {
  const cards = [
    card('quiet', { health: 'idle', sent: 0 }),
    card('busy', { sent: 900 }),
    card('calm', { sent: 5 }),
    card('stopped', { health: 'paused', sent: 1_000 }),
    card('broken', { health: 'failing', state: 'gone' }),
  ];
  expect(mostUrgent(cards, 3).map(({ id }) => id)).toEqual(['broken', 'busy', 'calm']);
});

test('each state is counted, and leads to the list of just these', () => {
  const cards = [
    card('a', {}),
    card('b', { health: 'idle' }),
    card('c', { health: 'paused', state: 'misconfigured' }),
    card('d', { health: 'failing', state: 'misconfigured' }),
    card('e', { product: 'export', health: 'failing', state: 'failed' }),
  ];
  expect(groupsOf(cards)).toEqual([
    { status: 'healthy', count: 2, to: '/webhooks?status=active&health=healthy' },
    { status: 'paused', count: 1, to: '/webhooks?status=paused' },
    { status: 'misconfigured', count: 1, to: '/webhooks?status=active&health=misconfigured' },
    { status: 'failing', count: 1, to: '/exports?health=failing' },
  ]);
});

test.each([
  ['webhook', 'failing', '/webhooks/x'],
  ['export', 'failing', '/exports/x?outcome=wrong'],
  ['export', 'paused_auto', '/exports/x'],
  ['export', 'healthy', '/exports/x'],
] as const)('a %s that is %s is looked at under %s', (product, health, place) => {
  expect(placeOf({ product, health, id: 'x', name: 'X', reason: '', remedy: null })).toBe(place);
});

test('minutes without events are drawn as none', () => {
  const points = [
    { at: '2026-11-21T11:10:00Z', events: 9 },
    { at: '2026-11-21T12:05:00Z', events: 4 },
    { at: '2026-11-21T12:07:00Z', events: 2 },
  ];
  const source = { library: 'web', events: 6, events_per_minute: 0.1, points };
  const minutes = minutesOf(source, '2026-11-21T12:07:30.500Z');
  expect([minutes.length, minutes.slice(-4), minutes[2]]).toEqual([60, [0, 4, 0, 2], 9]);
});

test('what goes in and out is added up by product; what somebody has paused is not behind', () => {
  const source = { library: 'web', events: 40, events_per_minute: 0.7, points: [] };
  const destinations = [
    card('a', { sent: 5, lag_seconds: 3 }),
    card('b', { sent: 7, lag_seconds: 9 }),
    card('stopped', { sent: 1, lag_seconds: 90_000, health: 'paused' }),
    card('first', { product: 'export', sent: 0, lag_seconds: null }),
  ];
  expect(totalsOf({ sources: [source, source], destinations })).toEqual({
    eventsIn: 80,
    delivered: { sent: 13, lagSeconds: 9 },
    exported: { sent: 0, lagSeconds: null },
  });
});
