import { expect, test } from '@jest/globals';
import { groupsOf, minutesOf, placeOf } from './standing.ts';

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
