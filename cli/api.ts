/** A call to Sluice's own REST API, with the key of a team. Throws ApiProblem for every answer that is no success. */
export type ApiCall = <Answer>(
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
) => Promise<Answer>;

export interface ApiAccess {
  url: string;
  key: string;
}

interface Problem {
  code?: string;
  detail?: string;
  remedy?: string;
}

/** What the API refused, as text for a terminal: the detail, the remedy and the stable code. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly code: string | undefined;

  constructor(status: number, { code, detail, remedy }: Problem) {
    const what = detail ?? `the API answered ${String(status)}`;
    super([code === undefined ? what : `${what} (${code})`, ...(remedy === undefined ? [] : [remedy])].join('\n'));
    this.code = code;
  }
}

/** `path` begins after `/api/v1`. */
export function connectApi({ url, key }: ApiAccess): ApiCall {
  const base = `${url.replace(/\/+$/, '')}/api/v1`;
  return async <Answer>(method: string, path: string, body?: unknown): Promise<Answer> => {
    const response = await reach(`${base}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) {
      throw new ApiProblem(response.status, problemOf(text));
    }
    return (text === '' ? undefined : JSON.parse(text)) as Answer;
  };
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    throw new Error(`no answer from ${new URL(url).origin}: is the server running, and SLUICE_API_URL right?`, {
      cause: error,
    });
  }
}

/** A proxy in front of the API answers in words of its own. */
function problemOf(text: string): Problem {
  try {
    return JSON.parse(text) as Problem;
  } catch {
    return {};
  }
}
