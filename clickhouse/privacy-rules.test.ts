import { expect, test } from '@jest/globals';
import type { PrivacyRules } from '../core/privacy.ts';
import { EVENTS_MODEL } from './models/events.ts';
import { chooseColumns, needsHashKey } from './models/choose-columns.ts';

const path = (...names: string[]) => ({ source: 'event' as const, path: names });
const NONE: PrivacyRules = { drop: [], hash: [], hashDistinctId: false, hashPersonId: false };

function propertiesSql(rules: Partial<PrivacyRules>, key?: Buffer): string | undefined {
  const { columns } = chooseColumns(EVENTS_MODEL, { columns: null, privacy: { ...NONE, ...rules } }, key);
  return columns.find(({ name }) => name === 'properties')?.sql;
}

test.each([[[path('email')]], [[path('$set', 'email')]], [[path('$geoip_*'), path('a', 'b', 'c')]]])(
  'rules that only leave out need no key: %j',
  (drop) => {
    expect(needsHashKey({ columns: null, privacy: { ...NONE, drop } })).toBe(false);
    expect(propertiesSql({ drop })).toContain('multiIf');
  },
);

test('rules that hash need one', () => {
  const hash = [path('email')];
  expect(needsHashKey({ columns: null, privacy: { ...NONE, hash } })).toBe(true);
  expect(() => propertiesSql({ hash })).toThrow('no key was given');
  expect(propertiesSql({ hash }, Buffer.from('key'))).toContain('multiIf');
});
