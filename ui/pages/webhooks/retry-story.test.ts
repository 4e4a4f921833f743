import { expect, test } from '@jest/globals';
import { failedEvents, retryStory } from './retry-story.ts';

test('failed are events whose latest attempt in the list failed, each once', () => {
  const attempts = [
    { event_uuid: 'a', outcome: 'delivered' },
    { event_uuid: 'b', outcome: 'discarded' },
    { event_uuid: 'a', outcome: 'retry_scheduled' },
    { event_uuid: 'b', outcome: 'retry_scheduled' },
    { event_uuid: 'c', outcome: 'masked' },
    { event_uuid: 'd', outcome: 'failed_attempt' },
  ] as const;
  expect(failedEvents(attempts)).toEqual(['b', 'd']);
  const many = Array.from({ length: 150 }, (_, index) => ({
    event_uuid: String(index),
    outcome: 'parked' as const,
  }));
  expect(failedEvents(many)).toHaveLength(100);
});

test('it is said what is tried, and what is not and why', () => {
  const delivered = { event_uuid: 'x', because: 'delivered' as const };
  expect(retryStory({ woken: ['a'], replayed: [], left: [] })).toBe('It is tried now.');
  expect(retryStory({ woken: ['a'], replayed: ['b'], left: [delivered] })).toBe('2 tried now. 1: delivered already.');
  const expired = { event_uuid: 'y', because: 'expired' as const };
  expect(retryStory({ woken: [], replayed: [], left: [expired] })).toBe('Nothing to try. It is expired.');
  expect(retryStory({ woken: [], replayed: [], left: [delivered] })).toBe('Nothing to try. It is delivered already.');
});
