import { expect, test } from '@jest/globals';
import { answerLines, timingText, type EndpointAnswer } from './webhook-answer.ts';

const NOTHING: EndpointAnswer = {
  ...{ status_code: null, duration_ms: 200, dns_ms: null, connect_ms: null, tls_ms: null, first_byte_ms: null },
  ...{ response_headers: {}, response_body: '' },
};

test.each<[Partial<EndpointAnswer>, string]>([
  [
    { dns_ms: 0.4, connect_ms: 11, tls_ms: 24, first_byte_ms: 130.4 },
    'dns <1 ms, connect 11 ms, tls 24 ms, first byte 130 ms',
  ],
  [{ first_byte_ms: 130 }, 'kept connection, first byte 130 ms'],
  [{ dns_ms: 5 }, 'dns 5 ms'],
  [{}, ''],
])('%j is told as "%s"', (known, text) => {
  expect(timingText({ ...NOTHING, ...known })).toBe(text);
});

test('an answer is its headers and its body, as far as there are any', () => {
  expect(answerLines({ ...NOTHING, response_headers: { a: 'b' }, response_body: 'c' })).toEqual(['a: b', '', 'c']);
  expect(answerLines({ ...NOTHING, response_headers: { a: 'b' } })).toEqual(['a: b']);
  expect(answerLines({ ...NOTHING, response_body: 'c' })).toEqual(['c']);
  expect(answerLines(NOTHING)).toEqual([]);
});
