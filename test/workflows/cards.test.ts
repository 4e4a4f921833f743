import { expect, test } from '@jest/globals';
import { emptyTraffic, type TrafficReport } from '../../core/traffic.ts';
import { webhookCard } from '../../workflows/cards.ts';

function countsOf(totals: TrafficReport): string | undefined {
  const card = webhookCard('CRM', { health: 'healthy', probes: 0, totals, transitions: [] });
  return card.split('\n\n')[1];
}

test('the card of a webhook has what was given up, expired or masked once it was told of it', () => {
  const common = 'matched 9 · delivered 4 · failed attempts 3 · handed to retries 0 · parked 0';
  const totals = { ...emptyTraffic(), matched: 9, delivered: 4, failedAttempts: 3 };
  expect(countsOf(totals)).toBe(common);
  const all = { ...totals, discarded: 3, expired: 1, masked: 1 };
  expect(countsOf(all)).toBe(`${common} · given up 3 · expired 1 · masked 1`);
});
