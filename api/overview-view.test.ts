import { expect, test } from '@jest/globals';
import { mostTelling } from './overview-view.ts';

type Card = Parameters<typeof mostTelling>[0][number];

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
  expect(mostTelling(cards, 3).map(({ id }) => id)).toEqual(['broken', 'busy', 'calm']);
});
