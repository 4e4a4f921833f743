import { problemOfCode, type Problem } from '../problem.ts';
import { PROBLEM_DETAILS } from './examples/problems.ts';
import { reference } from './headers.ts';
import { refusalsOf } from './refusals.ts';
import type { Answer, MediaType, Route } from './types.ts';

const PROBLEM_TYPE = 'application/problem+json';
const SCHEMA = { $ref: '#/components/schemas/Problem' };
/** Answers that say when to come back. */
const WAITING = ['429', '503'];

/** Each code as an example that answers refer to. */
export function problemExamples(): Record<string, { value: Problem }> {
  return Object.fromEntries(
    Object.entries(PROBLEM_DETAILS).map(([code, [detail, remedy]]) => [
      code,
      { value: problemOfCode(code, { detail, remedy, requestId: '4b8a3a7e-3a59-4d70-8a5c-0e4a1f4f5b21' }) },
    ]),
  );
}

/** By status; 4XX and 5XX stand for everything that is in docs/error-codes.md only. */
export function problemAnswers(route: Route): Record<string, Answer> {
  if (!('4XX' in route.operation.responses)) {
    return {};
  }
  const codes = refusalsOf(route);
  const statuses = new Set(codes.map((code) => String(statusOfCode(code))));
  const named = [...statuses].sort().map((status): [string, Answer] => [
    status,
    answerOf(
      status,
      codes.filter((code) => String(statusOfCode(code)) === status),
    ),
  ]);
  const other = { 'x-request-id': reference('RequestId') };
  const rest: Answer = {
    description: 'Any other refusal: see docs/error-codes.md.',
    headers: other,
    content: { [PROBLEM_TYPE]: { schema: SCHEMA } },
  };
  return { ...Object.fromEntries(named), '4XX': rest, '5XX': rest };
}

function statusOfCode(code: string): number {
  const [detail, remedy] = PROBLEM_DETAILS[code] ?? ['', ''];
  return problemOfCode(code, { detail, remedy, requestId: '' }).status;
}

function answerOf(status: string, codes: readonly string[]): Answer {
  const media: MediaType = {
    schema: SCHEMA,
    examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
  };
  return {
    description: codes.join(', '),
    headers: {
      'x-request-id': reference('RequestId'),
      ...(WAITING.includes(status) ? { 'retry-after': reference('RetryAfter') } : {}),
    },
    content: { [PROBLEM_TYPE]: media },
  };
}
