import { expect, test } from '@jest/globals';
import type { Export } from './data.ts';
import { DOWNLOAD, onceBody } from './once-body.ts';

const RANGE = { from: '2026-11-21T00:00:00Z', to: '2026-11-22T00:00:00Z' };
const WISH = { name: 'once', range: RANGE, events: [], to: DOWNLOAD };
const FILTER = { include_events: ['paid'], exclude_events: ['refunded'] };
const source = (changes: Partial<Export>): Export =>
  ({ id: 'e1', model: 'events', filter: FILTER, ...changes }) as Export;

test('without a source it has all events, or those that were named', () => {
  expect(onceBody(WISH, undefined)).toEqual({ name: 'once', ...RANGE, download: true, filter: {} });
  expect(onceBody({ ...WISH, events: ['paid'], to: 'd1' }, undefined)).toEqual({
    ...{ name: 'once', ...RANGE, destination_id: 'd1', filter: { include_events: ['paid'] } },
  });
});

test('with a source it has all of it, but for the events that were named or cleared', () => {
  const shared = { name: 'once', ...RANGE, download: true, from_export: 'e1' };
  expect(onceBody(WISH, source({}))).toEqual({ ...shared, filter: { exclude_events: ['refunded'] } });
  expect(onceBody({ ...WISH, events: ['a'] }, source({}))).toEqual({
    ...shared,
    filter: { include_events: ['a'], exclude_events: ['refunded'] },
  });
  expect(onceBody(WISH, source({ model: 'sql', filter: {} }))).toEqual(shared);
});
