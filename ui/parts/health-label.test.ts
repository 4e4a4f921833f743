import { expect, test } from '@jest/globals';
import { healthLabel } from './health-label.ts';

test.each([
  ['idle', 'completed', 'hour', 'nothing in 24 h'],
  ['idle', 'completed', '1m', 'nothing in 24 h'],
  ['idle', 'completed', 'day', 'nothing in 2 days'],
  ['idle', 'completed', 'week', 'nothing in 2 weeks'],
  ['idle', 'new', 'week', 'no run yet'],
  ['idle', 'healthy', null, 'nothing in 24 h'],
  ['paused_auto', 'failed', 'day', 'paused by Sluice'],
])('%s after %s, every %s: %s', (health, state, interval, label) => {
  expect(healthLabel({ health, state, interval })).toBe(label);
});
