import { expect, test } from '@jest/globals';
import { classifyOutcome } from '../delivery/classify.ts';
import { laneConfig } from './lane-configs.ts';

const WEBHOOK = { id: 'w1', teamId: 1, name: 'hook', version: 1, health: 'healthy' } as const;

test.each([
  ['https://slack.com/api/chat.postMessage', 'misconfigured'],
  ['https://example.com/slack.com', 'delivered'],
  ['https://notslack.com/api', 'delivered'],
])('200 with "ok": false from %s means %s', (url, expected) => {
  const { answers } = laneConfig({ ...WEBHOOK, config: { url } });
  const answer = { kind: 'response', status: 200, headers: {}, body: '{"ok":false,"error":"not_in_channel"}' } as const;
  expect(classifyOutcome(answer, new Date(), answers).class).toBe(expected);
});
