import type { Schemas } from '../api.ts';

/** What came back of a request to an endpoint, as the API tells it of attempts and tests. */
export type EndpointAnswer = Pick<
  Schemas['Attempt'],
  | 'status_code'
  | 'duration_ms'
  | 'dns_ms'
  | 'connect_ms'
  | 'tls_ms'
  | 'first_byte_ms'
  | 'response_headers'
  | 'response_body'
>;

/** `dns 2 ms, connect 11 ms, tls 24 ms, first byte 130 ms`; empty when nothing is known. */
export function timingText(answer: EndpointAnswer): string {
  const { dns_ms: dns, connect_ms: connect, tls_ms: tls, first_byte_ms: firstByte } = answer;
  const kept = firstByte !== null && connect === null;
  const phases: [string, number | null][] = [
    ['dns', dns],
    ['connect', connect],
    ['tls', tls],
    ['first byte', firstByte],
  ];
  const known = phases.flatMap(([name, ms]) => (ms === null ? [] : [`${name} ${shortMs(ms)}`]));
  return [...(kept ? ['kept connection'] : []), ...known].join(', ');
}

function shortMs(ms: number): string {
  return ms < 1 ? '<1 ms' : `${ms.toFixed(0)} ms`;
}

/** Headers, an empty line, the body; without what did not come. */
export function answerLines({ response_headers: headers, response_body: body }: EndpointAnswer): string[] {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [...lines, ...(body === '' || lines.length === 0 ? [] : ['']), ...(body === '' ? [] : [body])];
}
