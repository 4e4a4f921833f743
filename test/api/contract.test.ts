import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { answers } from '../../activities/answers.ts';
import { webhookRules } from '../../activities/webhook-rules.ts';
import type { Document } from '../../api/openapi/types.ts';
import { eventReads } from '../../clickhouse/event-reads.ts';
import { queryChecks } from '../../clickhouse/user-sql/check-query.ts';
import { findDestination } from '../../destinations/registry.ts';
import { startReceiver, type Receiver } from '../../dev/receiver.ts';
import { createAddressPolicy } from '../../net/address-policy.ts';
import { createAuthorizedSend } from '../../net/authorized-client.ts';
import { createGuardedClient } from '../../net/guarded-client.ts';
import { startTestClickHouse, type TestClickHouse } from '../clickhouse/server.ts';
import { newRun } from '../store/fixtures.ts';
import { runSchemathesis } from './contract/schemathesis.ts';
import { createdId, newExportOf, newOnDemandOf, startApi, WEBHOOK, type ApiFixture, type Caller } from './fixtures.ts';

const RANGE = { from: '2026-11-21T00:00:00Z', to: '2026-11-21T12:00:00Z' };
const TEST_TIMEOUT_MS = 900_000;
/** A key that is refused everywhere would make every answer a good one. */
const REFUSED = /Authentication failed: \d\d+ operations/;

const policy = createAddressPolicy({ allowCidrs: ['127.0.0.0/8'] });
const client = createGuardedClient({ policy, userAgent: 'test/1' });

let server: TestClickHouse;
let receiver: Receiver;
let api: ApiFixture;
let url: string;

beforeAll(async () => {
  [server, receiver] = await Promise.all([startTestClickHouse(), startReceiver()]);
  const send = createAuthorizedSend(client);
  api = await startApi((store) => ({
    events: eventReads(server.ch),
    queries: queryChecks(server.ch),
    webhookRules: webhookRules(policy, { requireHttps: false }),
    ...answers({
      ...{ db: store.db, box: store.box, clickhouse: server.ch, findDestination },
      send: (request, signal) => send({ ...request, signal }),
    }),
  }));
  url = await api.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await api.stop();
  await client.destroy();
  await Promise.all([receiver.close(), server.stop()]);
});

/** One of each, by the resource in its address. */
async function idsOf(owner: Caller): Promise<Record<string, string>> {
  const exportId = await newExportOf(owner);
  const webhookId = await createdId(owner, '/api/v1/webhooks', { ...WEBHOOK, url: receiver.url });
  return {
    destinations: await createdId(owner, '/api/v1/destinations', {
      ...{ kind: 'file', name: 'folder', config: { directory: '/nowhere/at/all' } },
    }),
    exports: exportId,
    runs: (await newRun(api.store, exportId)).id,
    backfills: await createdId(owner, `/api/v1/exports/${exportId}/backfills`, RANGE),
    webhooks: webhookId,
    stats: webhookId,
    replays: await createdId(owner, `/api/v1/webhooks/${webhookId}/replays`, {
      ...{ scope: 'matched', from: RANGE.from, until: RANGE.to },
    }),
    'on-demand-exports': await newOnDemandOf(owner, RANGE),
    hooks: await createdId(owner, '/api/v1/hooks/subscribe', { event: 'a', target_url: receiver.url }),
  };
}

/** What deletes has things of its own: the others go on needing theirs. Keys are nobody's, so that this one stays. */
async function idsByOperation(owner: Caller): Promise<Record<string, string>> {
  const nobody = { 'api-keys': randomUUID(), members: randomUUID() };
  const [ids, doomed] = [
    { ...(await idsOf(owner)), ...nobody },
    { ...(await idsOf(owner)), ...nobody },
  ];
  const document = (await api.app.inject('/api/openapi.json')).json<Document>();
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods)
      .filter(() => path.includes('{id}'))
      .map((method) => {
        const of: Record<string, string> = method === 'delete' ? doomed : ids;
        return { name: `${method.toUpperCase()} ${path}`, id: of[path.split('/')[3] ?? ''] };
      }),
  );
  return Object.fromEntries(operations.flatMap(({ name, id }) => (id === undefined ? [] : [[name, id]])));
}

test(
  'every route answers as the OpenAPI document says, whatever it is sent',
  async () => {
    const owner = await api.newCaller();
    const run = { url, key: owner.key, examples: 5, seed: 7, ids: await idsByOperation(owner) };
    const { ok, output } = await runSchemathesis(run);
    // The output says what to do, and how to do it again.
    expect([ok && !REFUSED.test(output), output]).toEqual([true, output]);
  },
  TEST_TIMEOUT_MS,
);
