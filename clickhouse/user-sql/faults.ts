import { isSluiceError, SluiceError } from '../../core/errors.ts';

/**
 * Numbers of the engine's errors that lie in a query or in the values it meets: names, types, arguments, texts that
 * are no numbers or dates. What is in no list is ours, and retried.
 */
const INVALID = numbers(`6 8 10 15 16 19 20 26 27 32 34 35 36 38 39 41 42 43 44 46 47 48 50 51 53 59 62 63 69 70 72 80
  117 125 130 133 134 135 153 179 184 190 207 215 258 321 349 352 376 386 395 403 407 427 441 456 457 467 582 675 676`);
/** Limits of limits.ts and of the engine itself; 241 is memory, of the query or of the whole server. */
const LIMITS = numbers('12 128 131 158 159 160 161 162 163 167 168 173 191 241 306 307 396');

function numbers(text: string): ReadonlySet<string> {
  return new Set(text.split(/\s+/));
}

/** Runs the query of a customer: what the engine finds wrong with it is theirs to mend, not a fault of the platform. */
export async function asCustomersFault<Result>(run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    throw customersFault(error);
  }
}

/** How an error begins that came before the first byte, and one that came in the middle of a stream. */
const NUMBERED = /^ClickHouse (?:error|broke off the stream: Code:) (\d+)[.:] /;

/** The error as one of the customer when it lies in their query; else as it is. */
export function customersFault(error: unknown): unknown {
  const number = isSluiceError(error) ? NUMBERED.exec(error.message)?.[1] : undefined;
  if (!isSluiceError(error) || number === undefined || /\(total\)/.test(error.message)) {
    return error;
  }
  const message = shortened(error.message);
  if (LIMITS.has(number)) {
    return new SluiceError({
      code: 'query_limit_exceeded',
      message,
      retryable: false,
      fault: 'customer',
      remedy: 'Read less: restrict inserted_at to the interval, select fewer columns, or group earlier.',
    });
  }
  return INVALID.has(number)
    ? new SluiceError({
        code: 'query_invalid',
        message,
        retryable: false,
        fault: 'customer',
        remedy: 'Correct the query; POST /api/v1/queries/check shows whether it works.',
      })
    : error;
}

/** The engine quotes the text it got, in which `events` is written out: only what it says itself is shown. */
function shortened(message: string): string {
  const said = message.replace(NUMBERED, 'ClickHouse says (error $1): ');
  const [first = ''] = said.split(/: While |\. Maybe|[:.]? in scope |, expected|\(in scope|:? in query|\bSELECT\b/i);
  return first.slice(0, 300);
}
