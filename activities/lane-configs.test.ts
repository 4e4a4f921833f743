import { expect, test } from '@jest/globals';
import { classifyOutcome } from '../delivery/classify.ts';
import { laneConfig } from './lane-configs.ts';

const WEBHOOK = { id: 'w1', teamId: 1, name: 'hook', version: 1, health: 'healthy' } as const;

test('credentials that an endpoint may say back are not shown: not what is too short to be one', () => {
  const hidden = (config: object) =>
    laneConfig({ ...WEBHOOK, config: { url: 'https://example.com', ...config } }).hidden;
  expect(hidden({ authentication: { type: 'bearer', token: 'a-long-token' } })).toEqual([
    'Bearer a-long-token',
    'a-long-token',
  ]);
  expect(hidden({ authentication: { type: 'basic', username: 'erin', password: 'hunter2' } })).toEqual([
    ...['Basic ZXJpbjpodW50ZXIy', 'ZXJpbjpodW50ZXIy', 'hunter2'],
  ]);
  const headers = { 'X-Api-Key': 'key-of-erin', 'x-token': 'short', accept: 'application/json' };
  expect(hidden({ headers })).toEqual(['key-of-erin']);
  expect(hidden({ headers: { accept: 'application/json' } })).toBeUndefined();
});

test.each([
  ['https://slack.com/api/chat.postMessage', 'misconfigured'],
  ['https://example.com/slack.com', 'delivered'],
  ['https://notslack.com/api', 'delivered'],
])('200 with "ok": false from %s means %s', (url, expected) => {
  const { answers } = laneConfig({ ...WEBHOOK, config: { url } });
  const answer = { kind: 'response', status: 200, headers: {}, body: '{"ok":false,"error":"not_in_channel"}' } as const;
  expect(classifyOutcome(answer, new Date(), answers).class).toBe(expected);
});
