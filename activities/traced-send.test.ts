import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { AttemptSubject, OutboundRequest, SendOutcome } from '../delivery/shard/ports.ts';
import { createLogger } from '../observability/logger.ts';
import { NO_TRACING } from '../observability/spans.ts';
import { startTracing, type ProcessTracing } from '../observability/tracing.ts';
import { startCollector, type Collector } from '../test/emulators/otlp/collector.ts';
import { tracedSend } from './traced-send.ts';

let collector: Collector;
let tracing: ProcessTracing;

beforeEach(async () => {
  collector = await startCollector();
  const settings = { headers: {}, serviceName: undefined, resource: {}, sampler: 'always_on', ratio: 1 } as const;
  const logger = createLogger({ name: 'test', level: 'fatal' });
  tracing = await startTracing(
    { ...settings, endpoint: collector.url },
    { service: 't', takesRequests: false, logger },
  );
});
afterEach(() => collector.close());

const UUIDS = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'];
const ABOUT: AttemptSubject = { destinationId: 'd1', eventUuids: UUIDS, attempt: 3, via: 'replay' };

function request(about?: AttemptSubject): OutboundRequest {
  const secret = { url: 'https://user:canary@example.com/?canary', headers: { authorization: 'canary' } };
  const plain = { method: 'POST', body: Buffer.from('canary'), timeoutMs: 1, pool: '1', share: 'd1' };
  return { ...secret, ...plain, ...(about && { about }) };
}

const send = (outcome: SendOutcome) => tracedSend(async () => outcome, tracing);
const { signal } = new AbortController();

test('an attempt says whose, of which events, and how it ended, and nothing of the request itself', async () => {
  const timings = { totalMs: 12.5, dnsMs: 0.5, connectMs: 1, tlsMs: undefined, firstByteMs: 10 };
  const answer = { kind: 'response', status: 503, headers: { 'x-canary': 'canary' }, body: 'canary', timings } as const;
  expect(await send(answer)(request(ABOUT), signal)).toBe(answer);
  await send({ kind: 'error', code: 'dns_failed', message: 'canary', timings: { totalMs: 1 } })(
    request({ ...ABOUT, eventUuids: UUIDS.slice(1) }),
    signal,
  );
  await tracing.stop();
  const [batch, single] = collector.spans;
  expect(batch).toMatchObject({ name: 'webhook attempt', kind: 3, status: 2 });
  expect(batch?.attributes).toEqual({
    ...{ 'sluice.destination.id': 'd1', 'sluice.destination.kind': 'webhook', 'sluice.event_uuids': UUIDS },
    ...{ 'sluice.events': 2, 'sluice.attempt': 3, 'sluice.attempt.via': 'replay', 'sluice.attempt.class': 'retry' },
    ...{ 'http.request.method': 'POST', 'http.response.status_code': 503, 'error.type': 'http_503' },
    ...{ 'sluice.http.total_ms': 12.5, 'sluice.http.first_byte_ms': 10 },
    ...{ 'sluice.http.dns_ms': 0.5, 'sluice.http.connect_ms': 1 },
  });
  expect(single?.attributes).toMatchObject({ 'sluice.event_uuid': UUIDS[1], 'error.type': 'dns_failed' });
  expect(single?.attributes).not.toHaveProperty('http.response.status_code');
  expect(collector.bodies.join()).not.toContain('canary');
});

test('a known receiver’s answers mean what its rules say', async () => {
  const rule = { when: '200 with no', status: [200], body: /no/, name: 'refused', message: 'm', remedy: 'r' };
  const about = { ...ABOUT, answers: [{ ...rule, class: 'misconfigured' as const }] };
  await send({ kind: 'response', status: 200, headers: {}, body: 'no', timings: { totalMs: 1 } })(
    request(about),
    signal,
  );
  await tracing.stop();
  expect(collector.spans[0]?.attributes['sluice.attempt.class']).toBe('misconfigured');
});

test('what is no attempt, and everything where nothing is traced, is sent as it is', async () => {
  const answer = { kind: 'response', status: 200, headers: {}, body: '', timings: { totalMs: 1 } } as const;
  expect(await send(answer)(request(), signal)).toBe(answer);
  await tracing.stop();
  expect(collector.bodies).toEqual([]);
  const port = async () => answer;
  expect(tracedSend(port, NO_TRACING)).toBe(port);
});
