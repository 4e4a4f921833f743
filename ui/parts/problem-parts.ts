import { ApiProblem } from '../../api-client/index.ts';
import { isVersionChanged } from '../edits/is-version-changed.ts';

export interface ProblemParts {
  /** What went wrong. */
  title: string;
  /** What to do about it. */
  remedy: string | undefined;
  code: string | undefined;
  fields: ApiProblem['fields'];
}

const AGAIN = 'Nothing of yours is saved. Look at it as it is now, and do it again if it is still what you want.';

/** Of whatever was thrown. */
export function problemParts(error: unknown): ProblemParts {
  if (isVersionChanged(error)) {
    return { title: 'Somebody else has changed it meanwhile.', remedy: AGAIN, code: error.code, fields: [] };
  }
  if (error instanceof ApiProblem) {
    return { title: error.detail, remedy: error.remedy, code: error.code, fields: error.fields };
  }
  const title = error instanceof Error ? error.message : String(error);
  const offline = error instanceof TypeError;
  return {
    title: offline ? 'The server does not answer' : title,
    remedy: offline ? 'Look whether it is running and whether you are connected.' : undefined,
    code: undefined,
    fields: [],
  };
}
