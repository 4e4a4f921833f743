import type { AttemptRecord } from '../core/attempts.ts';
import { hide } from './hidden.ts';
import { shownHeaders } from './response-headers.ts';
import type { SendOutcome } from './shard/ports.ts';

/** Enough to see what the receiver said; larger bodies are cut. */
const LOGGED_BODY_CHARS = 4_096;

/** What came back of a request, as it is logged: the same for all events of a batch. */
export type LoggedAnswer = Required<
  Pick<AttemptRecord, 'statusCode' | 'durationMs' | 'phases' | 'responseBody' | 'responseHeaders'>
>;

/** Of what was never sent. */
export const NO_ANSWER: LoggedAnswer = {
  statusCode: 0,
  durationMs: 0,
  phases: undefined,
  responseBody: '',
  responseHeaders: '',
};

/** Without the secrets. `outcome` is undefined when nothing was sent. */
export function loggedAnswer(outcome: SendOutcome | undefined, secrets: readonly string[] | undefined): LoggedAnswer {
  if (outcome === undefined) {
    return NO_ANSWER;
  }
  const { timings } = outcome;
  if (outcome.kind === 'error') {
    return { ...NO_ANSWER, durationMs: timings.totalMs, phases: timings };
  }
  return {
    statusCode: outcome.status,
    durationMs: timings.totalMs,
    phases: timings,
    responseBody: hide(outcome.body, secrets).slice(0, LOGGED_BODY_CHARS),
    responseHeaders: shownHeaders(outcome.headers, secrets),
  };
}
