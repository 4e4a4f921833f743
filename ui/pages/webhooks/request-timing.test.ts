import { expect, test } from '@jest/globals';
import { phasesOf, wasKept, type Timing } from './request-timing.ts';

const NOTHING = { dns_ms: null, connect_ms: null, tls_ms: null, first_byte_ms: null };
const timing = (known: Partial<Timing>): Timing => ({ ...NOTHING, duration_ms: 200, ...known });
const shown = (of: Timing): [string, number][] => phasesOf(of).map(({ name, share }) => [name, share]);

test('phases are shown in their order, as parts of the whole', () => {
  const first = timing({ dns_ms: 2, connect_ms: 10, tls_ms: 20, first_byte_ms: 150 });
  expect(shown(first)).toEqual([
    ['DNS', 1],
    ['Connect', 5],
    ['TLS', 10],
    ['First byte', 75],
  ]);
  expect(wasKept(first)).toBe(false);
});

test('what did not happen is not shown; an answer without a connect came over a kept connection', () => {
  const kept = timing({ first_byte_ms: 100 });
  expect([shown(kept), wasKept(kept)]).toEqual([[['First byte', 50]], true]);
  const unresolved = timing({ dns_ms: 200 });
  expect([shown(unresolved), wasKept(unresolved)]).toEqual([[['DNS', 100]], false]);
  expect([shown(timing({})), wasKept(timing({ duration_ms: 0 }))]).toEqual([[], false]);
});
