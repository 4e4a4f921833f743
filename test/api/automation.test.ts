import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { automation } from '../../api-client/automation.ts';
import { createApiClient } from '../../api-client/index.ts';
import type { MessageLogState } from '../../core/message-states.ts';
import { tellBilling } from '../../api-client/examples/automation.ts';
import { startApi, type ApiFixture } from './fixtures.ts';

const DELIVERED: MessageLogState = {
  ...{ attempts: 1, outcome: 'delivered', nextAttemptAt: null, statusCode: 200, errorCode: '' },
};
const TARGET = 'https://billing.example.com/in';

let api: ApiFixture;
let url: string;

beforeAll(async () => {
  api = await startApi({ now: () => new Date() });
  url = await api.app.listen({ port: 0, host: '127.0.0.1' });
});
afterAll(() => api.stop());

test('the example of the documentation runs as it stands there', async () => {
  const { key } = await api.newCaller();
  const asked = api.events.messageStates.bind(api.events);
  let looks = 0;
  api.events.messageStates = async (messages) => {
    looks += 1;
    return looks < 3 ? asked(messages) : new Map(messages.map(({ uuid }) => [uuid, DELIVERED]));
  };
  try {
    expect(await tellBilling({ url, key, target: TARGET })).toMatchObject({
      ...{ state: 'delivered', event_type: 'invoice.paid', idempotency_key: 'invoice-42', attempts: 1 },
      payload: { invoice: 42, amount: '12.00' },
    });
    expect(looks).toBe(3);
  } finally {
    api.events.messageStates = asked;
  }
  const [guide, example] = await Promise.all(
    ['docs/automation.md', 'api-client/examples/automation.ts'].map((name) =>
      readFile(new URL(`../../${name}`, import.meta.url), 'utf8'),
    ),
  );
  const installed = example!
    .replace("'../automation.ts'", "'@sluice/api-client/automation'")
    .replace("'../index.ts'", "'@sluice/api-client'");
  expect(guide).toContain(installed);
});

test('a message is sent once for a key, and following it ends after its time, or when it is cut off', async () => {
  const { key } = await api.newCaller();
  const sluice = automation(createApiClient({ url, auth: { key } }));
  const { id: destinationId } = await sluice.createDestination({ name: 'x', url: TARGET });
  const first = await sluice.send(destinationId, { type: 'a', payload: [1], key: 'k', ttlSeconds: 60 });
  expect(await sluice.send(destinationId, { type: 'a', payload: [1], key: 'k', ttlSeconds: 60 })).toMatchObject({
    id: first.id,
  });
  await expect(sluice.send(destinationId, { type: 'b', payload: [1], key: 'k' })).rejects.toMatchObject({
    ...{ status: 422, code: 'idempotency_key_reused' },
  });
  const ref = { destinationId, id: first.id };
  expect(await sluice.follow(ref, { timeoutMs: 0 })).toMatchObject({ state: 'waiting', payload: [1] });
  expect(await sluice.follow(ref, { timeoutMs: 60_000, signal: AbortSignal.abort() })).toMatchObject({ id: first.id });
});
