import { ApplicationFailure, ApplicationFailureCategory, CancelledFailure } from '@temporalio/common';
import { Context } from '@temporalio/activity';
import { toSluiceError, type SluiceError } from '../core/errors.ts';

/** The only place that turns a domain error into a Temporal failure; the retry decision travels with the failure. */
export function toFailure(error: unknown): Error {
  if (error instanceof ApplicationFailure || error instanceof CancelledFailure) {
    return error;
  }
  return applicationFailure(sluiceErrorOf(error));
}

/** What an activity threw, as the domain's error. */
export function sluiceErrorOf(error: unknown): SluiceError {
  return toSluiceError(error, { code: 'unexpected_error' });
}

function applicationFailure(error: SluiceError): ApplicationFailure {
  return ApplicationFailure.create({
    type: error.code,
    message: error.message,
    nonRetryable: !error.retryable,
    ...(isExpected(error) ? { category: ApplicationFailureCategory.BENIGN } : {}),
    details: [
      { code: error.code, fault: error.fault, ...(error.remedy === undefined ? {} : { remedy: error.remedy }) },
    ],
    ...(error.retryAfterMs === undefined ? {} : { nextRetryDelay: error.retryAfterMs }),
    ...(error.cause instanceof Error ? { cause: error.cause } : {}),
  });
}

const TURNS_AWAITED: ReadonlySet<string> = new Set(['run_lease_held', 'retry_turn_awaited']);

/** Mistakes of customers, and turns that are waited for: metrics of failures do not count them, so that alerts can. */
function isExpected({ fault, code }: SluiceError): boolean {
  return fault === 'customer' || TURNS_AWAITED.has(code);
}

type AnyActivity = (...args: never[]) => Promise<unknown>;

/** Wraps every activity of a group so that what it throws is a failure Temporal understands. */
export function withFailures<Group extends Record<string, AnyActivity>>(group: Group): Group {
  const wrapped = Object.entries(group).map(([name, activity]) => [
    name,
    async (...args: never[]): Promise<unknown> => {
      try {
        return await activity(...args);
      } catch (error) {
        if (Context.current().cancellationSignal.aborted) {
          await Context.current().cancelled;
        }
        throw toFailure(error);
      }
    },
  ]);
  return Object.fromEntries(wrapped) as Group;
}
