import { isSluiceError, SluiceError } from '../../core/errors.ts';

/** Errors of the engine over a customer's own query, by number. The rest is ours. */
const LIMIT_ERRORS = /^ClickHouse error (158|159|160|161|167|191|241|306|307|396): /;
const OURS = /^ClickHouse error (60|81|164|202|210|242|279|497|516|999): /;

/** Runs the query of a customer: what the engine finds wrong with it is theirs to mend, not a fault of the platform. */
export async function asCustomersFault<Result>(run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    throw customersFault(error) ?? error;
  }
}

function customersFault(error: unknown): SluiceError | undefined {
  if (!isSluiceError(error) || error.code !== 'clickhouse_error' || OURS.test(error.message)) {
    return undefined;
  }
  const message = withoutOurNames(error.message);
  if (LIMIT_ERRORS.test(error.message)) {
    return new SluiceError({
      code: 'query_limit_exceeded',
      message,
      retryable: false,
      fault: 'customer',
      remedy: 'Read less: restrict inserted_at to the interval, select fewer columns, or group earlier.',
    });
  }
  return new SluiceError({
    code: 'query_invalid',
    message,
    retryable: false,
    fault: 'customer',
    remedy: 'Correct the query; POST /api/v1/queries/check shows whether it works.',
  });
}

/** The engine quotes the text it got, in which `events` is written out: only its first sentence is shown. */
function withoutOurNames(message: string): string {
  const [first = ''] = message
    .replace(/^ClickHouse error /, 'ClickHouse says (error ')
    .replace(': ', '): ')
    .split(/: While |\. Maybe|: In scope|\. In scope|, expected|\(in scope/i);
  return first.slice(0, 300);
}
