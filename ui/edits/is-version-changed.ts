import { ApiProblem } from '../../api-client/index.ts';

/** Whether a change was refused because somebody else's came first. */
export function isVersionChanged(error: unknown): error is ApiProblem {
  return error instanceof ApiProblem && error.status === 412;
}
