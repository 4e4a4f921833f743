import { expect, test } from '@jest/globals';
import { parsedJson } from '../../form/broken-json.ts';
import { EMPTY_WEBHOOK, errorsOfApi, formErrors, newWebhookBody, webhookPatch } from './webhook-form.ts';

const FILLED = { ...EMPTY_WEBHOOK, name: ' Orders ', url: 'https://example.com/hook', events: ['paid'] };

test('a new webhook leaves out what is empty', () => {
  expect(newWebhookBody(FILLED, 'generic')).toEqual({
    ...{ name: 'Orders', url: 'https://example.com/hook', method: 'POST', events: ['paid'] },
    ...{ timeout_ms: 15_000, max_concurrency: 16 },
  });
});

test('limits are sent in the units of the API, and those that were emptied are removed', () => {
  const limits = { connectSeconds: 1.5, headersSeconds: 2, maxOpenRetries: 0, maxRetryAfterSeconds: 60 };
  const values = { ...FILLED, ...limits, retryDelays: '5s 1h' };
  const sent = {
    ...{ connect_timeout_ms: 1_500, headers_timeout_ms: 2_000, max_open_retries: 0, max_retry_after_seconds: 60 },
    retry_schedule_ms: [5_000, 3_600_000],
  };
  expect(newWebhookBody(values, 'generic')).toMatchObject(sent);
  expect(webhookPatch(values)).toMatchObject(sent);
  expect(webhookPatch(FILLED)).toMatchObject(Object.fromEntries(Object.keys(sent).map((name) => [name, null])));
  expect(formErrors({ ...FILLED, retryDelays: '5 minutes' })).toHaveProperty('retryDelays');
});

test('a vendor has inputs in place of an address, and keeps the secrets that nobody typed anew', () => {
  const inputs = { channel: '#orders', token: '', note: '' };
  expect(newWebhookBody({ ...FILLED, url: '', inputs }, 'slack')).toEqual({
    ...{ name: 'Orders', kind: 'slack', inputs: { channel: '#orders' }, events: ['paid'] },
    ...{ timeout_ms: 15_000, max_concurrency: 16 },
  });
  expect(formErrors({ ...FILLED, url: '', inputs })).toEqual({});
  expect(webhookPatch({ ...FILLED, inputs }, new Set(['token']))).toHaveProperty('inputs', {
    channel: '#orders',
    note: null,
  });
});

test('a change removes what was emptied, and leaves headers, which nobody sees, as they are', () => {
  const patch = webhookPatch({ ...FILLED, events: [] });
  expect(patch).toMatchObject({ events: null, exclude_events: null, properties: null, payload: null });
  expect(patch).not.toHaveProperty('headers');
  expect(webhookPatch({ ...FILLED, headers: { a: 'b' } })).toHaveProperty('headers', { a: 'b' });
});

test.each(['', 'example.com', 'ftp://example.com', 'https://'])('"%s" is no address', (url) => {
  expect(formErrors({ ...FILLED, url })).toHaveProperty('url');
});

test('a condition that is not filled in keeps a form from being sent', () => {
  const condition = { operator: 'gt', source: 'event', key: 'total', value: 1 };
  expect(formErrors({ ...FILLED, properties: [condition] })).toEqual({});
  expect(formErrors({ ...FILLED, properties: [{ ...condition, key: '' }] })).toHaveProperty('properties');
});

test.each(['properties', 'payload'] as const)('%s that are no JSON keep a form from being sent', (field) => {
  expect(formErrors({ ...FILLED, [field]: parsedJson('[') })).toEqual({ [field]: 'This is not JSON yet.' });
  expect(formErrors({ ...FILLED, inputs: { blocks: parsedJson('[') } })).toHaveProperty('inputs');
});

test('what the API refuses is shown at the field of the form', () => {
  expect(formErrors(FILLED)).toEqual({});
  expect(
    errorsOfApi([
      { field: 'timeout_ms', message: 'is too long' },
      { field: 'headers.host', message: 'is reserved' },
    ]),
  ).toEqual({ timeoutSeconds: 'is too long', headers: 'is reserved' });
});
