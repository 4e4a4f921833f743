import { ApplicationFailure, ApplicationFailureCategory, CancelledFailure } from '@temporalio/common';
import { Context } from '@temporalio/activity';
import { isSluiceError, SluiceError, toSluiceError } from '../core/errors.ts';
import type { FailureDetails } from './types.ts';

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
    details: [detailsOf(error)],
    ...(error.retryAfterMs === undefined ? {} : { nextRetryDelay: error.retryAfterMs }),
    ...(error.cause instanceof Error ? { cause: error.cause } : {}),
  });
}

/** What workflows decide by. */
function detailsOf({ code, fault, remedy, metGeneration }: SluiceError): FailureDetails {
  return {
    ...{ code, fault },
    ...(remedy === undefined ? {} : { remedy }),
    ...(metGeneration === undefined ? {} : { metGeneration }),
  };
}

/**
 * For activities whose workflows carry events, or watch over endpoints: whatever is wrong here, a key of ours that is missing
 * for example, is tried again until it is mended, so that it costs time and no event.
 */
export function withoutFinalFailures<Group extends Record<string, AnyActivity>>(group: Group): Group {
  return wrapEach(group, async (call) => {
    try {
      return await call();
    } catch (error) {
      if (!isSluiceError(error) || error.retryable) {
        throw error;
      }
      const { code, message, fault, remedy } = error;
      throw new SluiceError({
        ...{ code, message, fault, retryable: true, cause: error },
        ...(remedy === undefined ? {} : { remedy }),
      });
    }
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
  return wrapEach(group, async (call) => {
    try {
      return await call();
    } catch (error) {
      if (Context.current().cancellationSignal.aborted) {
        await Context.current().cancelled;
      }
      throw toFailure(error);
    }
  });
}

function wrapEach<Group extends Record<string, AnyActivity>>(
  group: Group,
  wrap: (call: () => Promise<unknown>) => Promise<unknown>,
): Group {
  const wrapped = Object.entries(group).map(([name, activity]) => [
    name,
    (...args: never[]): Promise<unknown> => wrap(() => activity(...args)),
  ]);
  return Object.fromEntries(wrapped) as Group;
}
