import { ApiProblem } from '../../api-client/index.ts';

export interface ProblemParts {
  /** What went wrong. */
  title: string;
  /** What to do about it. */
  remedy: string | undefined;
  code: string | undefined;
  fields: ApiProblem['fields'];
}

/** Of whatever was thrown. */
export function problemParts(error: unknown): ProblemParts {
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
