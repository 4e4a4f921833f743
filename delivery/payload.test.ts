import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { TailEvent } from '../core/webhook-event.ts';
import { renderEventBody } from './payload.ts';

const EVENT: TailEvent = {
  teamId: 1,
  uuid: '0190d3a1-7c00-7000-8000-000000000001',
  event: 'user signed up',
  distinctId: 'u1',
  propertiesJson: '{"plan":"pro"}',
  personId: '3f0c7a52-5a5e-4c55-9c3a-9d0f8d7c2b11',
  personPropertiesJson: '{"email":"a@b.c"}',
  timestamp: '2026-11-21T05:00:00.000001Z',
  insertedAtMicros: 1,
};

test('has the recommended shape', () => {
  expect(JSON.parse(renderEventBody(EVENT))).toEqual({
    type: 'user signed up',
    timestamp: '2026-11-21T05:00:00.000001Z',
    data: {
      uuid: EVENT.uuid,
      event: 'user signed up',
      distinct_id: 'u1',
      properties: { plan: 'pro' },
      person: { id: EVENT.personId, properties: { email: 'a@b.c' } },
      timestamp: '2026-11-21T05:00:00.000001Z',
    },
  });
});

test('keeps captured JSON verbatim: big integers, escapes, key order, spaces', () => {
  const propertiesJson = '{ "z":9007199254740993, "a":18446744073709551615,"nul":"\\u0000","snow":"☃","q":"\\"\\n" }';
  const body = renderEventBody({ ...EVENT, propertiesJson, personPropertiesJson: '{"id":12345678901234567890}' });
  expect(body).toContain(propertiesJson);
  expect(body).toContain('{"id":12345678901234567890}');
  expect(JSON.parse(body)).toMatchObject({ data: { properties: { nul: '\u0000', snow: '☃', q: '"\n' } } });
});

test('escapes NUL, quotes and newlines of the other fields', () => {
  const body = renderEventBody({ ...EVENT, distinctId: 'a"b\nc\u0000d\\e', event: '$x"\u2028' });
  expect(body).toContain('\\u0000');
  expect(body).not.toContain('\u0000');
  expect(JSON.parse(body)).toMatchObject({ type: '$x"\u2028', data: { distinct_id: 'a"b\nc\u0000d\\e' } });
});

test('an event without a person has a null person id, without properties an empty object', () => {
  const event = { ...EVENT, personId: '00000000-0000-0000-0000-000000000000', propertiesJson: '' };
  const body = renderEventBody({ ...event, personPropertiesJson: '' });
  expect(JSON.parse(body)).toMatchObject({ data: { properties: {}, person: { id: null, properties: {} } } });
});

test('is valid JSON for any text and any JSON object', () => {
  const json = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()).map((value) => JSON.stringify(value));
  const text = fc.string({ unit: 'binary' });
  fc.assert(
    fc.property(text, text, json, json, (event, distinctId, propertiesJson, personPropertiesJson) => {
      const body = renderEventBody({ ...EVENT, event, distinctId, propertiesJson, personPropertiesJson });
      const parsed = JSON.parse(body) as { type: string; data: { distinct_id: string; properties: unknown } };
      expect(parsed.type).toBe(event);
      expect(parsed.data.distinct_id).toBe(distinctId);
      expect(JSON.stringify(parsed.data.properties)).toBe(JSON.stringify(JSON.parse(propertiesJson)));
    }),
  );
});
