import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { testWebhook } from '../../activities/test-webhook.ts';
import { webhookRules } from '../../activities/webhook-rules.ts';
import { VENDORS } from '../../delivery/vendors/registry.ts';
import { createAddressPolicy } from '../../net/address-policy.ts';
import { createAuthorizedSend } from '../../net/authorized-client.ts';
import { createGuardedClient } from '../../net/guarded-client.ts';
import { createdId, startApi, type ApiFixture, type Caller } from '../api/fixtures.ts';
import { startVendors, type VendorServer } from '../emulators/vendors/server.ts';

/**
 * Each kind from its inputs in the API to a receiver that takes only what the vendor documents: stored, sealed,
 * rendered, signed, sent and judged as a delivery is. Only the address is another one.
 */
let api: ApiFixture;
let caller: Caller;
let vendors: VendorServer;
const policy = createAddressPolicy({ allowCidrs: ['127.0.0.0/8'] });
const client = createGuardedClient({ policy, userAgent: 'test/1' });

const INPUTS: Readonly<Record<string, Record<string, unknown>>> = {
  slack: {
    webhook_url: 'https://hooks.slack.com/services/T0000/B0000/secretslacktoken',
    text: '*{{ event.name }}*',
    blocks: [{ type: 'section', text: { type: 'mrkdwn', text: '{{ event.name }}' } }],
  },
  discord: {
    webhook_url: 'https://discord.com/api/webhooks/123456/secret-discord-token',
    content: '{{ event.name }} {{ event.properties.long }}',
    username: 'Sluice',
  },
  teams: {
    webhook_url: 'https://prod-00.westeurope.logic.azure.com/workflows/1/invoke?sig=secret-teams-signature',
    text: '{{ event.name }} {{ event.properties.long }}',
  },
  zapier: { webhook_url: 'https://hooks.zapier.com/hooks/catch/1234/secretzap/' },
  make: { webhook_url: 'https://hook.eu1.make.com/secretmakehook', api_key: 'secret-make-key' },
  n8n: {
    webhook_url: 'https://n8n.example.com/webhook/secret-n8n-path',
    header_name: 'X-N8N-Auth',
    header_value: 'secret n8n value',
  },
  pagerduty: {
    routing_key: 'pagerdutykey0000000000000000abcd',
    summary: '{{ event.name }} {{ event.properties.long }}',
    severity: 'critical',
  },
  segment: { write_key: 'segmentwritekey', region: 'eu' },
  'customer-io': { site_id: 'customeriosite', api_key: 'customeriokey' },
  hubspot: {
    access_token: 'pat-eu1-secret-token',
    event_name: 'pe123_paid',
    properties: { plan: '{{ event.properties.plan }}', amount: '{{ event.properties.amount }}' },
  },
  mixpanel: { project_token: 'mixpaneltoken', region: 'eu' },
  amplitude: { api_key: 'amplitudeapikey' },
  braze: { rest_endpoint: 'https://rest.iad-01.braze.com', api_key: 'braze-rest-key' },
};
const SECRETS =
  /secretslacktoken|secret-discord|secret-teams|secretzap|secretmake|secret-make|secret-n8n|secret n8n|pagerdutykey|segmentwritekey|customerio(?:site|key)|pat-eu1|mixpaneltoken|amplitudeapikey|braze-rest-key/;
const KINDS = [...VENDORS.keys()].filter((kind) => kind !== 'generic');

/** What events of real life hold: mentions, quotes, names that the vendor has a meaning for, numbers beyond 2^53. */
const EVENT = {
  event: 'Paid "now" <!channel> & @everyone {{ x }}',
  properties: {
    ...{ plan: 'pro', amount: 9_007_199_254_740_993n, long: 'ü'.repeat(30_000), nested: { list: [1, null] } },
    ...{ time: 'noon', distinct_id: 'somebody else', $insert_id: '?', $groups: { company: 'acme' } },
  },
};
const EVENT_JSON = JSON.stringify(EVENT, (_key, value: unknown) => (typeof value === 'bigint' ? Number(value) : value));

beforeAll(async () => {
  vendors = await startVendors();
  const send = createAuthorizedSend(client);
  api = await startApi({
    webhookRules: webhookRules(policy, { requireHttps: true }),
    testWebhook: (request) =>
      testWebhook(
        {
          ...api.store,
          send: (outbound, signal) => send({ ...outbound, url: vendors.addressOf(outbound.url), signal }),
        },
        request,
      ),
  });
  caller = await api.newCaller();
});
afterAll(async () => {
  await client.destroy();
  await vendors.stop();
  await api.stop();
});

async function created(kind: string, changes: Record<string, unknown> = {}): Promise<string> {
  const inputs = { ...INPUTS[kind], ...changes };
  return createdId(caller, '/api/v1/webhooks', { name: `To ${kind}`, kind, inputs });
}

async function tested(id: string, body?: unknown): Promise<Record<string, unknown>> {
  return (await caller.call('POST', `/api/v1/webhooks/${id}/test`, body)).json();
}

test('every kind has inputs to be tested with', () => {
  expect(Object.keys(INPUTS).sort()).toEqual([...KINDS].sort());
});

describe.each(KINDS)('%s', (kind) => {
  test('takes its own test event and an event that holds everything, and no secret is shown', async () => {
    const id = await created(kind);
    const own = await tested(id);
    expect(own).toMatchObject({ delivered: true, error: null });
    const answer = await tested(id, JSON.parse(EVENT_JSON));
    expect([answer['response_body'], answer['error'], answer['delivered']]).toEqual([expect.any(String), null, true]);
    const shown = await caller.call('GET', `/api/v1/webhooks/${id}`);
    expect(shown.json()).toMatchObject({ kind, url: expect.stringMatching(/^https:/) });
    expect(`${JSON.stringify([own, answer])} ${shown.body}`).not.toMatch(SECRETS);
    expect(api.logged()).not.toMatch(SECRETS);
  });
});

test('what an event holds arrives exactly, and cannot take the place of what the kind sets', async () => {
  await tested(await created('mixpanel'), JSON.parse(EVENT_JSON));
  const [event] = JSON.parse(vendors.taken.at(-1)!.body) as { event: string; properties: Record<string, unknown> }[];
  expect(event).toMatchObject({
    event: EVENT.event,
    properties: { plan: 'pro', nested: { list: [1, null] }, distinct_id: 'sluice-test', time: expect.any(Number) },
  });
  await tested(await created('slack'), JSON.parse(EVENT_JSON));
  expect(JSON.parse(vendors.taken.at(-1)!.body)).toMatchObject({
    text: '*Paid "now" &lt;!channel&gt; &amp; @everyone {{ x }}*',
  });
});

test('a vendor’s answer becomes its error with a remedy; secrets in it are left out', async () => {
  const id = await created('slack');
  vendors.answerOnce({ status: 404, body: 'no_service for secretslacktoken' });
  const failed = await tested(id);
  expect(failed).toMatchObject({
    delivered: false,
    error: { code: 'slack_no_service', remedy: expect.stringContaining('incoming webhook') },
  });
  vendors.answerOnce({ status: 200, body: '{"ok":false,"error":"is_archived"}' });
  expect(await tested(id)).toMatchObject({
    delivered: false,
    status_code: 200,
    error: { code: 'slack_channel_closed' },
  });
  const refused = await tested(await created('mixpanel', { project_token: 'anothertoken' }));
  expect(refused).toMatchObject({ error: { code: 'mixpanel_token_refused' } });
});

describe('inputs', () => {
  test('are changed one by one, and a secret stays when it is not named', async () => {
    const id = await created('make');
    const url = `/api/v1/webhooks/${id}`;
    const other = { webhook_url: 'https://hook.eu1.make.com/anothersecrethook' };
    expect((await caller.call('PATCH', url, { inputs: other })).json()).toMatchObject({
      kind: 'make',
      url: 'https://hook.eu1.make.com/(not shown)',
      inputs: { webhook_url: { configured: true }, api_key: { configured: true } },
    });
    expect(await tested(id)).toMatchObject({ error: { code: 'make_webhook_inactive' } });
    const back = { webhook_url: INPUTS['make']!['webhook_url'] };
    await caller.call('PATCH', url, { inputs: back });
    expect(await tested(id)).toMatchObject({ delivered: true });
    await caller.call('PATCH', url, { inputs: { api_key: null } });
    expect(await tested(id)).toMatchObject({ error: { code: 'make_api_key_refused' } });
    const row = await api.store.db.kysely.selectFrom('destinations').selectAll().where('id', '=', id).execute();
    expect(JSON.stringify(row)).not.toMatch(/secret(?:make|-make)|anothersecret/);
  });

  test.each([
    [{ kind: 'slack', inputs: { webhook_url: 'https://example.com/services/x' } }, 'inputs.webhook_url'],
    [{ kind: 'slack', inputs: {} }, 'inputs.webhook_url'],
    [{ kind: 'slack' }, 'inputs.webhook_url'],
    [{ kind: 'slack', inputs: { ...INPUTS['slack'], text: '{{ nothing.here }}' } }, 'inputs'],
    [{ kind: 'slack', inputs: { ...INPUTS['slack'], chanel: 'x' } }, 'inputs.chanel'],
    [{ kind: 'slack', inputs: INPUTS['slack'], url: 'https://example.com' }, 'url'],
    [{ kind: 'slack', inputs: INPUTS['slack'], method: 'PUT' }, 'method'],
    [{ kind: 'slack', inputs: INPUTS['slack'], payload: { template: {} } }, 'payload'],
    [{ kind: 'teams', inputs: { webhook_url: 'https://169.254.169.254/latest' } }, 'inputs'],
    [{ kind: 'n8n', inputs: { webhook_url: 'https://n8n.example.com/x', header_name: 'x' } }, 'inputs.header_value'],
    [{ kind: 'segment', inputs: { write_key: '{{ event.uuid }}' } }, 'inputs.write_key'],
    [{ kind: 'fax', inputs: {} }, 'kind'],
    [{ kind: 'generic', inputs: { a: 1 }, url: 'https://example.com' }, 'inputs'],
    [{ inputs: { a: 1 }, url: 'https://example.com' }, 'inputs'],
    [{ kind: 'generic' }, 'url'],
  ])('%j is refused', async (fields, field) => {
    const response = await caller.call('POST', '/api/v1/webhooks', { name: 'x', ...fields });
    expect([response.statusCode, response.json().field]).toEqual([422, field]);
    expect(response.body).not.toMatch(SECRETS);
  });
});

test('the catalogue has every kind with a schema of its inputs', async () => {
  const { items } = (await caller.call('GET', '/api/v1/webhook-kinds')).json<{ items: Record<string, unknown>[] }>();
  expect(items.map(({ kind }) => kind)).toEqual([...VENDORS.keys()]);
  expect(items.find(({ kind }) => kind === 'pagerduty')).toMatchObject({
    owns_request: true,
    inputs_schema: {
      required: ['routing_key'],
      properties: { routing_key: { writeOnly: true }, summary: { template: true, default: expect.any(String) } },
    },
    test_event: { event: 'Sluice test' },
  });
});
