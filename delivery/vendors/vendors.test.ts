import { describe, expect, test } from '@jest/globals';
import { classifyOutcome, type Classification } from '../classify.ts';
import { compileTemplate } from '../template/template.ts';
import { VENDORS } from './registry.ts';
import { inputsSchema, secretInputs } from './resolve.ts';

type Example = [kind: string, status: number, body: string, expected: string];

/** Answers as the vendors' pages show them; expected is an error, or `delivered`. */
const EXAMPLES: Example[] = [
  ['slack', 200, 'ok', 'delivered'],
  [
    'slack',
    200,
    '{"ok":true,"message":{"text":"\\"error\\":\\"is_archived\\" no_service {\\"ok\\":false}"}}',
    'delivered',
  ],
  ['slack', 200, '{"ok":true,"message":{"metadata":{"ok":false,"error":"no_text"}}}', 'delivered'],
  ['slack', 429, '{"ok":false,"error":"ratelimited"}', 'slack_rate_limited'],
  ['slack', 200, '{"ok":false,"error":"rate_limited"}', 'slack_rate_limited'],
  ['slack', 200, '{"ok":false,"error":"internal_error"}', 'slack_unavailable'],
  ['slack', 200, '{"ok":false,"error":"request_timeout"}', 'slack_unavailable'],
  ['slack', 503, '{"ok":false,"error":"service_unavailable"}', 'http_503'],
  ['slack', 200, '{"ok":false,"error":"msg_too_long"}', 'slack_message_invalid'],
  ['slack', 200, '{"ok":false,"errors":["missing required field"],"error":"invalid_blocks"}', 'slack_message_invalid'],
  ['slack', 200, '{"ok":false,"error":"not_in_channel"}', 'slack_not_in_channel'],
  ['slack', 200, '{"ok":false,"error":"channel_not_found"}', 'slack_channel_unknown'],
  ['slack', 200, '{"ok": false, "error": "is_archived"}', 'slack_channel_closed'],
  ['slack', 200, '{"ok":false,"error":"token_revoked"}', 'slack_token_refused'],
  ['slack', 401, '{"ok":false,"error":"invalid_auth"}', 'slack_token_refused'],
  ['slack', 200, '{"ok":false,"error":"missing_scope","needed":"chat:write"}', 'slack_scope_missing'],
  ['slack', 200, '{"ok":false,"error":"restricted_action_read_only_channel"}', 'slack_posting_restricted'],
  ['slack', 200, '{"ok":false,"error":"something_new"}', 'slack_not_ok'],
  ['slack', 404, 'no_service', 'slack_no_service'],
  ['slack', 410, 'channel_is_archived', 'slack_channel_archived'],
  ['slack', 404, 'channel_not_found', 'slack_channel_missing'],
  ['slack', 400, 'user_not_found', 'slack_channel_missing'],
  ['slack', 403, 'action_prohibited', 'slack_action_prohibited'],
  ['slack', 400, 'invalid_payload', 'slack_message_invalid'],
  ['slack', 429, 'rate_limited', 'slack_rate_limited'],
  ['slack', 500, 'rollup_error', 'http_500'],
  ['discord', 204, '', 'delivered'],
  ['discord', 404, '{"message": "Unknown Webhook", "code": 10015}', 'discord_unknown_webhook'],
  ['discord', 401, '{"message": "Invalid Webhook Token", "code": 50027}', 'discord_token_invalid'],
  ['discord', 400, '{"message": "Cannot send an empty message", "code": 50006}', 'discord_message_invalid'],
  [
    'discord',
    429,
    '{"message":"You are being rate limited.","retry_after":64.57,"global":false}',
    'discord_rate_limited',
  ],
  ['teams', 202, '', 'delivered'],
  [
    'teams',
    200,
    'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429',
    'teams_rate_limited',
  ],
  [
    'teams',
    200,
    'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 413',
    'teams_card_too_large',
  ],
  [
    'teams',
    200,
    'Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 503',
    'teams_not_delivered',
  ],
  ['teams', 413, '', 'teams_card_too_large'],
  ['teams', 400, '{"error":{"code":"WorkflowTriggerIsNotEnabled"}}', 'teams_workflow_off'],
  ['teams', 401, '{"error":{"code":"DirectApiAuthorizationRequired"}}', 'teams_url_refused'],
  ['teams', 400, '{"error":{"code":"TriggerInputSchemaMismatch"}}', 'teams_card_invalid'],
  ['teams', 429, '', 'teams_rate_limited'],
  ['zapier', 200, '{"status":"success"}', 'delivered'],
  ['zapier', 410, '', 'zapier_hook_gone'],
  ['zapier', 429, '', 'zapier_rate_limited'],
  ['make', 200, 'Accepted', 'delivered'],
  ['make', 400, 'Queue is full.', 'make_queue_full'],
  ['make', 400, 'Bad Request', 'http_400'],
  ['make', 410, '', 'make_webhook_inactive'],
  ['make', 401, 'Unauthorized', 'make_api_key_refused'],
  ['make', 429, '', 'make_rate_limited'],
  ['n8n', 200, '{"message":"Workflow was started"}', 'delivered'],
  ['n8n', 404, '{"code":404,"message":"The requested webhook \\"POST x\\" is not registered."}', 'n8n_not_registered'],
  ['n8n', 403, 'Authorization data is wrong!', 'n8n_header_refused'],
  ['n8n', 413, '', 'n8n_too_large'],
  ['n8n', 429, '', 'n8n_rate_limited'],
  ['pagerduty', 202, '{"status":"success","message":"Event processed"}', 'delivered'],
  [
    'pagerduty',
    400,
    `{"status":"invalid event","errors":["Length of 'routing_key' is incorrect"]}`,
    'pagerduty_key_invalid',
  ],
  ['pagerduty', 400, `{"status":"invalid event","errors":["'payload.summary' is missing"]}`, 'pagerduty_event_invalid'],
  ['pagerduty', 429, '', 'pagerduty_rate_limited'],
  ['segment', 200, '{"success":true}', 'delivered'],
  ['segment', 400, '', 'segment_event_invalid'],
  ['segment', 401, '', 'segment_key_refused'],
  ['segment', 429, '', 'segment_rate_limited'],
  ['customer-io', 200, '{}', 'delivered'],
  ['customer-io', 401, '{"meta":{"error":"Unauthorized request"}}', 'customer_io_key_refused'],
  ['customer-io', 400, '{"errors":[{"reason":"invalid"}]}', 'customer_io_event_invalid'],
  ['customer-io', 429, '', 'customer_io_rate_limited'],
  ['hubspot', 204, '', 'delivered'],
  ['hubspot', 409, '{"status":"error","category":"CONFLICT"}', 'delivered'],
  ['hubspot', 401, '', 'hubspot_token_refused'],
  ['hubspot', 404, '', 'hubspot_event_undefined'],
  ['hubspot', 400, '{"category":"VALIDATION_ERROR"}', 'hubspot_event_invalid'],
  ['hubspot', 429, '', 'hubspot_rate_limited'],
  ['mixpanel', 200, '{"code":200,"num_records_imported":1,"status":"OK"}', 'delivered'],
  ['mixpanel', 200, '{"error":"some data points failed","status": 0}', 'mixpanel_not_taken'],
  ['mixpanel', 200, '0', 'mixpanel_not_taken'],
  ['mixpanel', 401, '', 'mixpanel_token_refused'],
  ['mixpanel', 400, '{"code":400,"error":"invalid project token"}', 'mixpanel_token_refused'],
  ['mixpanel', 400, '{"code":400,"failed_records":[{"index":0}]}', 'mixpanel_event_invalid'],
  ['mixpanel', 429, '', 'mixpanel_rate_limited'],
  ['amplitude', 200, '{"code":200,"events_ingested":1}', 'delivered'],
  ['amplitude', 400, '{"code":400,"error":"Invalid API key: abc"}', 'amplitude_key_refused'],
  ['amplitude', 413, '', 'amplitude_too_large'],
  ['amplitude', 400, '{"code":400,"error":"Request missing required field"}', 'amplitude_event_invalid'],
  ['amplitude', 429, '{"code":429,"throttled_users":{"u":11}}', 'amplitude_rate_limited'],
  ['braze', 201, '{"message":"success","events_processed":1}', 'delivered'],
  ['braze', 201, '{"message":"success","errors":[]}', 'delivered'],
  ['braze', 201, '{"message":"success","errors":[{"type":"no name","index":0}]}', 'braze_event_refused'],
  ['braze', 401, '{"message":"Invalid API Key"}', 'braze_key_refused'],
  ['braze', 400, '{"message":"events must be an array"}', 'braze_event_invalid'],
  ['braze', 429, '', 'braze_rate_limited'],
];

function judge(kind: string, status: number, body: string, headers: Record<string, string> = {}): Classification {
  return classifyOutcome({ kind: 'response', status, headers, body }, new Date(0), VENDORS.get(kind)!.answers);
}

describe('answers', () => {
  test.each(EXAMPLES)('%s: %i %s is %s', (kind, status, body, expected) => {
    const judged = judge(kind, status, body);
    expect(judged.errorCode ?? judged.class).toBe(expected);
    expect(judged.class === 'delivered' || expected.startsWith('http_') || judged.remedy !== undefined).toBe(true);
  });

  test.each([...VENDORS.keys()])('429 throttles and 5xx is tried again, whatever else the answer says: %s', (kind) => {
    const bodies = EXAMPLES.flatMap(([of, , body]) => (of === kind ? [body] : []));
    for (const body of ['', ...bodies]) {
      expect([body, judge(kind, 429, body, { 'retry-after': '7' })]).toMatchObject([
        body,
        { class: 'throttled', retryAfterMs: 7_000 },
      ]);
      for (const status of [500, 502, 503]) {
        expect([body, status, judge(kind, status, body).class]).toEqual([body, status, 'retry']);
      }
    }
  });

  test('what Slack cannot do just now is charged as a failure; a message that it does not take is not', () => {
    const told = (error: string): Classification => judge('slack', 200, JSON.stringify({ ok: false, error }));
    expect(told('fatal_error')).toMatchObject({ class: 'retry', chargesHealth: true, chargesAttempt: true });
    expect(told('no_text')).toMatchObject({ class: 'rejected', chargesHealth: false });
    expect(told('ratelimited')).toMatchObject({ class: 'throttled', chargesHealth: false, chargesAttempt: false });
    expect(told('account_inactive').remedy).toMatch(/token/);
    expect(told('account_inactive').remedy).not.toMatch(/incoming webhook/);
  });

  test('every row has an example that none before it takes', () => {
    for (const { kind, answers } of VENDORS.values()) {
      const seen = new Set(EXAMPLES.filter(([of]) => of === kind).map(([, status, body]) => rowOf(kind, status, body)));
      expect([kind, answers.filter((row) => !seen.has(row)).map(({ when }) => when)]).toEqual([kind, []]);
    }
  });

  test('the time that a receiver asks for comes from the header, or from the body where the vendor puts it', () => {
    const body = '{"retry_after":64.57}';
    expect(judge('discord', 429, body)).toMatchObject({
      ...{ class: 'throttled', retryAfterMs: 64_570, chargesHealth: false, chargesAttempt: false },
    });
    expect(judge('discord', 429, body, { 'retry-after': '3' }).retryAfterMs).toBe(3_000);
    expect(judge('discord', 429, 'no JSON').retryAfterMs).toBeUndefined();
    expect(judge('slack', 429, body).retryAfterMs).toBeUndefined();
  });

  test('an event that is refused is not the endpoint’s fault; credentials are', () => {
    expect(judge('mixpanel', 400, '{}')).toMatchObject({ class: 'rejected', chargesHealth: false });
    expect(judge('mixpanel', 401, '')).toMatchObject({ class: 'misconfigured', chargesHealth: true });
  });
});

function rowOf(kind: string, status: number, body: string): unknown {
  return VENDORS.get(kind)!.answers.find(
    (row) => (row.status?.includes(status) ?? true) && (row.body?.test(body) ?? true),
  );
}

describe.each([...VENDORS.values()])('$kind', (vendor) => {
  test('says what it is, after which pages, and what each input means', () => {
    expect(vendor.summary).toMatch(/\.$/);
    expect(vendor.docs.filter((url) => !url.startsWith('https://'))).toEqual([]);
    expect(vendor.docs.length).toBeGreaterThan(0);
    for (const [name, field] of Object.entries(inputsSchema(vendor).properties)) {
      expect([name, field]).toEqual([
        expect.stringMatching(/^[a-z][a-z0-9_]*$/),
        expect.objectContaining({ description: expect.any(String) }),
      ]);
    }
    const prefix = vendor.kind.replaceAll('-', '_');
    expect(vendor.answers.filter(({ name }) => !name.startsWith(`${prefix}_`))).toEqual([]);
  });

  test('has a secret, unless it is generic', () => {
    expect(secretInputs(vendor).length > 0).toBe(vendor.kind !== 'generic');
  });
});

test('a text that is cut is cut after it was put together', () => {
  const discord = VENDORS.get('discord')!;
  const inputs = discord.inputs.parse({
    webhook_url: 'https://discord.com/api/webhooks/1/abc',
    content: '{{ event.name }}!',
  });
  const template = compileTemplate({ contentType: 'application/json', template: discord.request?.(inputs).body });
  const event = {
    ...{ teamId: 1, uuid: 'u', event: 'x'.repeat(3_000), distinctId: 'd', propertiesJson: '{}', personId: '' },
    ...{ personPropertiesJson: '{}', timestamp: '2026-01-01T00:00:00.000000Z', insertedAtMicros: 1 },
  };
  const { content } = JSON.parse(template({ event, webhook: { id: 'w', name: 'W' } })) as { content: string };
  expect(content).toHaveLength(2_000);
});
