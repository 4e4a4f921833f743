import { errorMessage, isSluiceError, SluiceError } from '../core/errors.ts';

/** Asks the control plane; what it throws of its own becomes a 503 that says to repeat the request. */
export async function steering<Result>(call: Promise<Result>): Promise<Result> {
  try {
    return await call;
  } catch (error) {
    if (isSluiceError(error)) {
      throw error;
    }
    throw new SluiceError({
      code: 'control_plane_unavailable',
      message: `Temporal did not take the request: ${errorMessage(error)}`,
      retryable: true,
      fault: 'platform',
      remedy: 'Repeat the request in a moment.',
      cause: error,
    });
  }
}
