import { headersOf, type AttemptJudgement, type JudgedAttempt } from '../core/attempts.ts';
import { classifyOutcome, classifyOversize, EVENT_EXPIRED, EXPIRED, type Classification } from './classify.ts';
import { VENDORS } from './vendors/registry.ts';

const UNKNOWN: AttemptJudgement = { class: null, remedy: null };
const HTTP_CODE = /^http_([1-5]\d\d)$/;

/** What vendors mean, by the names that are on record. */
const BY_RULE: ReadonlyMap<string, AttemptJudgement> = new Map(
  [...VENDORS.values()].flatMap(({ answers }) =>
    answers.map(({ name, class: ofClass, remedy }): [string, AttemptJudgement] => [name, { class: ofClass, remedy }]),
  ),
);

/** Errors of the event itself, and of deliveries that were ended. */
const BY_CODE: ReadonlyMap<string, AttemptJudgement> = new Map([
  ...[EXPIRED, EVENT_EXPIRED, classifyOversize(0, 0)].map((of): [string, AttemptJudgement] => [
    of.errorCode ?? '',
    judgement(of),
  ]),
  ['template_failed', { class: 'rejected', remedy: 'Correct the template, then replay the event.' }],
  ['template_too_slow', { class: 'retry', remedy: 'Make the template simpler: less loops over less.' }],
  // Nothing was sent, and the cause is in the message.
  ['delivery_dropped', UNKNOWN],
  ['delivery_missed', UNKNOWN],
  ['event_forgotten', UNKNOWN],
  ['retry_terminated', { class: null, remedy: 'Replay the event if it still matters.' }],
  ['retry_failed', { class: null, remedy: 'Replay the event.' }],
]);

/** The judgement that was made of an attempt when it was made, and what its owner can do, from what is on record of it. */
export function judgementOf(attempt: JudgedAttempt): AttemptJudgement {
  const { errorCode, outcome } = attempt;
  if (errorCode === '') {
    return outcome === 'masked' ? UNKNOWN : { class: 'delivered', remedy: null };
  }
  return BY_RULE.get(errorCode) ?? BY_CODE.get(errorCode) ?? judgement(classified(attempt));
}

function classified({ errorCode, responseHeaders, attemptedAt }: JudgedAttempt): Classification {
  const status = HTTP_CODE.exec(errorCode)?.[1];
  return status === undefined
    ? classifyOutcome({ kind: 'error', code: errorCode, message: '' }, attemptedAt)
    : classifyOutcome({ kind: 'response', status: Number(status), headers: headersOf(responseHeaders) }, attemptedAt);
}

function judgement({ class: ofClass, remedy }: Classification): AttemptJudgement {
  return { class: ofClass, remedy: remedy ?? null };
}
