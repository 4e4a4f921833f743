import { problemOf } from '../api-client/problem.ts';

export { ApiProblem } from '../api-client/problem.ts';

/** A call to Sluice's own REST API, with the key of a team. Throws ApiProblem for every answer that is no success. */
export type ApiCall = <Answer>(
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Answer>;

export interface ApiAccess {
  url: string;
  key: string;
}

/** `path` begins after `/api/v1`. */
export function connectApi({ url, key }: ApiAccess): ApiCall {
  const base = `${url.replace(/\/+$/, '')}/api/v1`;
  return async <Answer>(method: string, path: string, body?: unknown, headers = {}): Promise<Answer> => {
    const response = await reach(`${base}${path}`, {
      method,
      headers: {
        ...headers,
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) {
      throw await problemOf(response);
    }
    const text = await response.text();
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
