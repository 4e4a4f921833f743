import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Counter as PromCounter, Histogram as PromHistogram, Registry } from 'prom-client';
import { Counter } from './counter.ts';
import { Histogram } from './histogram.ts';

const SETTINGS = { name: 'seconds', help: 'how long', labelNames: ['status', 'via'] };
const BUCKETS = [0.005, 0.1, 1, 30];

const labels = fc.record({ status: fc.constantFrom('2xx', 'none', '"\\\n'), via: fc.constantFrom('live', 'retry') });
const value = fc.oneof(fc.constantFrom(0, ...BUCKETS, 31), fc.double({ min: 0, max: 100, noNaN: true }));

test('shows what prom-client shows of the same values', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.record({ labels, value })), async (observed) => {
      const [ours, theirs] = [new Registry(), new Registry()];
      const mine = new Histogram(ours, { ...SETTINGS, buckets: BUCKETS });
      const reference = new PromHistogram({ ...SETTINGS, buckets: BUCKETS, registers: [theirs] });
      for (const one of observed) {
        mine.series(one.labels).observe(one.value);
        reference.observe(one.labels, one.value);
      }
      expect(await ours.metrics()).toBe(await theirs.metrics());
    }),
  );
});

test('without labels it is shown before there is a value', async () => {
  const registry = new Registry();
  const histogram = new Histogram(registry, { ...SETTINGS, labelNames: [], buckets: [1] });
  expect(await registry.metrics()).toContain('seconds_count 0');
  expect(() => {
    histogram.series({}).observe(Number.NaN);
  }).toThrow('finite');
  expect(await registry.metrics()).toContain('seconds_sum 0');
});

test('a counter shows what it was added since, however often it is asked', async () => {
  const [ours, theirs] = [new Registry(), new Registry()];
  const mine = new Counter({ ...SETTINGS, name: 'attempts', registers: [ours] });
  const reference = new PromCounter({ ...SETTINGS, name: 'attempts', registers: [theirs] });
  const [live, retry] = [
    { status: '2xx', via: 'live' },
    { status: '2xx', via: 'retry' },
  ];
  mine.add(retry, 1);
  reference.inc(retry, 1);
  for (let round = 1; round <= 3; round += 1) {
    mine.sum(live).amount += round;
    mine.sum({ ...live }).amount += 1;
    reference.inc(live, round + 1);
    expect(await ours.metrics()).toBe(await theirs.metrics());
    expect(await ours.metrics()).toBe(await theirs.metrics());
  }
});
