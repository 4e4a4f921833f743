import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decideMasks, maskKeyOf, type KeyedEvent, type Mask } from './masking.ts';
import { NO_PERSON } from './person.ts';
import type { TailEvent } from './webhook-event.ts';

const EVENT: TailEvent = {
  ...{ teamId: 1, uuid: 'e', event: 'paid', distinctId: 'd1', personId: NO_PERSON, timestamp: '', insertedAtMicros: 0 },
  ...{ propertiesJson: '{}', personPropertiesJson: '{}' },
};

function keyOf(by: Mask['by'], changes: Partial<TailEvent>): string | undefined {
  return maskKeyOf({ everySeconds: 60, by }, { ...EVENT, ...changes });
}

describe('the key of an event', () => {
  test('is the person, or the distinct id where there is none', () => {
    expect(keyOf('person', { personId: 'p1' })).toBe('p1');
    expect(keyOf('person', {})).toBe('d1');
    expect(keyOf('distinct_id', { personId: 'p1' })).toBe('d1');
  });

  const id = (propertiesJson: string): string | undefined =>
    keyOf({ source: 'event', path: ['order', 'id'] }, { propertiesJson });

  test.each(['{}', '{"order":7}', '{"order":{}}', '{"order":{"id":null}}', '{"order":{"id":1', '[1]', 'null'])(
    'is missing in %s',
    (json) => {
      expect(id(json)).toBeUndefined();
    },
  );

  test('is the exact value with its type; of a repeated member the first', () => {
    const values = ['1', '"1"', 'true', '"true"', '9007199254740993', '9007199254740992', '[1]', '{"a":1}', '""'];
    const keys = values.map((value) => id(`{"order": {"x":[{}], "id" : ${value} , "id":0}}`));
    expect(new Set(keys).size).toBe(values.length);
    expect(keys).not.toContain(undefined);
    expect(id('{"order":{"id":5.0}}')).toBe(id('{"order":{"\\u0069d":5}}'));
    expect(keyOf({ source: 'person', path: ['a.b'] }, { personPropertiesJson: '{"a.b":"x"}' })).toBe('text x');
  });
});

const NOBODY: KeyedEvent = { key: 'nobody', uuid: '', atMicros: 0 };

/** Events with repeats, in any order, cut into calls at any places. */
const calls = fc
  .uniqueArray(fc.record({ key: fc.constantFrom('a', 'b'), uuid: fc.uuid(), atMicros: fc.nat(60) }), {
    selector: ({ uuid }) => uuid,
    minLength: 1,
    maxLength: 30,
  })
  .chain((events) =>
    fc.array(fc.array(fc.constantFrom(...events), { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 12 }),
  );

/** All claims, and by event what it was told, each time. */
function askAll(window: number, asked: readonly KeyedEvent[][]) {
  const claims: KeyedEvent[] = [];
  const answers = new Map<string, (string | undefined)[]>();
  for (const events of asked) {
    const { granted, maskedBy } = decideMasks(window, claims, events);
    claims.push(...granted);
    for (const { uuid } of events) {
      answers.set(uuid, [...(answers.get(uuid) ?? []), maskedBy.get(uuid)]);
    }
  }
  return { claims, answers };
}

test('in any order and however often: claims lie a window apart, a claim is kept, and what masks was sent', () => {
  fc.assert(
    fc.property(calls, fc.integer({ min: 1, max: 30 }), (asked, window) => {
      const { claims, answers } = askAll(window, asked);
      const isNear = (a: KeyedEvent, b: KeyedEvent): boolean =>
        a.key === b.key && Math.abs(a.atMicros - b.atMicros) < window;
      const tooNear = claims.filter((one) => claims.some((other) => other !== one && isNear(one, other)));
      expect(tooNear).toEqual([]);
      const holders = new Map(claims.map((claim) => [claim.uuid, claim]));
      for (const event of asked.flat()) {
        const told = answers.get(event.uuid) ?? [];
        // Who was sent is always sent again: the caller may have died before it said so. Who was masked stays masked.
        const isSent = holders.has(event.uuid);
        expect(told.every((holder) => (holder === undefined) === isSent)).toBe(true);
        const wrong = told.filter((holder) => holder !== undefined && !isNear(holders.get(holder) ?? NOBODY, event));
        expect(wrong).toEqual([]);
      }
    }),
  );
});
