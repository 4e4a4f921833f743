/** The body of every error answer (RFC 9457); a proxy in front of the API may answer without any of it. */
interface ProblemBody {
  code?: string;
  title?: string;
  detail?: string;
  remedy?: string;
  field?: string;
  errors?: { field: string; message: string }[];
  request_id?: string;
}

/** What the API refused. The message is made for a terminal: the detail, the stable code and the remedy. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: number;
  readonly code: string | undefined;
  /** What is wrong, in a sentence. */
  readonly detail: string;
  /** What to do about it. */
  readonly remedy: string | undefined;
  /** Every field of the request that is at fault. */
  readonly fields: readonly { field: string; message: string }[];
  readonly requestId: string | undefined;
  /** When the same request may be sent again, as the answer says it. */
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, body: ProblemBody, retryAfterSeconds?: number) {
    const detail = body.detail ?? body.title ?? `the API answered ${String(status)}`;
    const first = body.code === undefined ? detail : `${detail} (${body.code})`;
    super(body.remedy === undefined ? first : `${first}\n${body.remedy}`);
    this.status = status;
    this.code = body.code;
    this.detail = detail;
    this.remedy = body.remedy;
    this.fields = fieldsOf(body, detail);
    this.requestId = body.request_id;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The problem that an answer without success describes. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const seconds = response.headers.get('retry-after') ?? '';
  const retryAfter = /^\d+$/.test(seconds) ? Number(seconds) : undefined;
  return new ApiProblem(response.status, parse(await response.text()), retryAfter);
}

function fieldsOf({ errors, field }: ProblemBody, message: string): ApiProblem['fields'] {
  return errors ?? (field === undefined ? [] : [{ field, message }]);
}

function parse(text: string): ProblemBody {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? body : {};
  } catch {
    return {};
  }
}
