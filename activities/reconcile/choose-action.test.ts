import { expect, test } from '@jest/globals';
import { EMPTY_DIGEST } from '../../core/digest.ts';
import { chooseAction, type Abilities } from './choose-action.ts';
import { NOTHING_FOUND, type DestinationComparison } from './compare-destination.ts';
import type { SourceComparison } from './late-rows.ts';

const SAME: SourceComparison = {
  source: EMPTY_DIGEST,
  selection: { groups: [], keys: [] },
  late: [],
  gone: 0,
  unnamed: 0,
  displaced: 0,
  firstMicros: undefined,
  lastMicros: undefined,
};
const TABLE: Abilities = { supplements: false, replaces: false, repeats: false };

function choose(there: Partial<DestinationComparison>, can: Partial<Abilities> = {}): unknown {
  return chooseAction(SAME, { ...NOTHING_FOUND, ...there }, { ...TABLE, ...can });
}

test('what a table has lost is added alone where it can be, else the interval is exported again', () => {
  const lost = { lost: 1, lostKeys: [[1, 'u']] as [number, string][] };
  expect(choose(lost, { supplements: true })).toMatchObject({ action: 'supplement', selection: { keys: [[1, 'u']] } });
  expect(choose(lost)).toMatchObject({ action: 'whole' });
});

test('copies are deleted where they can be, and only told of elsewhere', () => {
  const copies = { surplus: ['u'], surplusRows: 1 };
  expect(choose({ ...copies, removes: true })).toMatchObject({ action: 'remove' });
  expect(choose(copies)).toMatchObject({ action: 'none', note: expect.stringContaining('cannot delete') });
  const asked = { ...copies, removesOnRequest: true };
  expect(choose(asked)).toMatchObject({ action: 'none', note: expect.stringContaining('repair_copies') });
});

test('rows of others are nothing to be done about', () => {
  expect(choose({ unknown: 3 })).toBeUndefined();
});
