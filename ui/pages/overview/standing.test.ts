import { expect, test } from '@jest/globals';
import { groupsOf, minutesOf, mostUrgent, placeOf, type Card } from './standing.ts';

function card(id: string, changes: Partial<Card>): Card {
  return {
    ...{ product: 'webhook', id, name: id, kind: 'generic', destination: null, interval: null },
    ...{ health: 'healthy', state: 'healthy' },
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

test('each state leads to the list of just these', () => {
  const totals = { count: 6, sent: 0, lag_seconds: null, urgent: 1 };
  const webhooks = [
    { state: 'healthy', count: 3 },
    { state: 'paused', count: 2 },
    { state: 'misconfigured', count: 1 },
  ];
  expect(groupsOf('webhook', { ...totals, states: webhooks })).toEqual([
    { status: 'healthy', count: 3, to: '/webhooks?status=active&health=healthy' },
    { status: 'paused', count: 2, to: '/webhooks?status=paused' },
    { status: 'misconfigured', count: 1, to: '/webhooks?status=active&health=misconfigured' },
  ]);
  expect(groupsOf('export', { ...totals, states: [{ state: 'failing', count: 1 }] })).toEqual([
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
