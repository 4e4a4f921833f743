import { expect, test } from '@jest/globals';
import { cardsOf, type Candidate, type Card } from './overview-view.ts';

/** Cards that are not made cost nothing. */
let made: string[];

function candidate(id: string, changes: Partial<Candidate> = {}): Candidate {
  const known = { health: 'healthy' as const, sent: 1, isUrgent: false, ...changes };
  const card: Card = {
    ...{ product: 'webhook', id, name: id, kind: 'generic', destination: null, interval: null },
    ...{ health: known.health, state: 'healthy', sent: known.sent },
    ...{ lag_seconds: 0, success_rate: 1, last_error: null, unusual_rows: null },
  };
  return {
    ...known,
    card: () => {
      made.push(id);
      return card;
    },
  };
}

test('what needs somebody comes first, then what moves most; the rest is left out but for what is urgent', () => {
  made = [];
  const candidates = [
    candidate('quiet', { health: 'idle', sent: 0 }),
    candidate('busy', { sent: 900 }),
    candidate('calm', { sent: 5 }),
    candidate('loses events', { health: 'paused', sent: 0, isUrgent: true }),
    candidate('stopped', { health: 'paused', sent: 1_000 }),
    candidate('broken', { health: 'failing', isUrgent: true }),
  ];
  expect(cardsOf(candidates, 3).map(({ id }) => id)).toEqual(['broken', 'busy', 'calm', 'loses events']);
  expect(made).toEqual(['broken', 'busy', 'calm', 'loses events']);
});
