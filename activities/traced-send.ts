import { classifyOutcome } from '../delivery/classify.ts';
import type { AttemptSubject, OutboundRequest, SendOutcome, SendPort } from '../delivery/shard/ports.ts';
import type { Attributes, Tracing } from '../observability/spans.ts';

/**
 * A span for each attempt to deliver: whose, of which event, and how it ended. The URL, which may hold a secret, is not
 * said; the destination's id is.
 */
export function tracedSend(send: SendPort, tracing: Tracing): SendPort {
  if (!tracing.on) {
    return send;
  }
  return (request, signal) => {
    const { about } = request;
    if (about === undefined) {
      return send(request, signal);
    }
    const options = { outbound: true, attributes: subjectOf(request, about) } as const;
    return tracing.span('webhook attempt', options, async (span) => {
      const outcome = await send(request, signal);
      const { class: meaning, errorCode } = classifyOutcome(outcome, new Date(), about.answers);
      span.set({ ...resultOf(outcome), 'sluice.attempt.class': meaning });
      if (meaning !== 'delivered') {
        span.fail(errorCode ?? meaning);
      }
      return outcome;
    });
  };
}

/** `sluice.event_uuid` leads from what capture says of an event to its attempts. */
function subjectOf(
  { method }: OutboundRequest,
  { destinationId, eventUuids, attempt, via }: AttemptSubject,
): Attributes {
  const one = eventUuids.length === 1;
  return {
    'http.request.method': method,
    'sluice.destination.id': destinationId,
    'sluice.destination.kind': 'webhook',
    'sluice.attempt': attempt,
    'sluice.attempt.via': via,
    'sluice.events': eventUuids.length,
    ...(one ? { 'sluice.event_uuid': eventUuids[0] } : { 'sluice.event_uuids': eventUuids }),
  };
}

function resultOf(outcome: SendOutcome): Attributes {
  const { timings } = outcome;
  return {
    'http.response.status_code': outcome.kind === 'response' ? outcome.status : undefined,
    'sluice.http.dns_ms': timings.dnsMs,
    'sluice.http.connect_ms': timings.connectMs,
    'sluice.http.tls_ms': timings.tlsMs,
    'sluice.http.first_byte_ms': timings.firstByteMs,
    'sluice.http.total_ms': timings.totalMs,
  };
}
