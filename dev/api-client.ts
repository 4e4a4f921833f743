/** A call to the REST API of a system that `dev/system.ts` started. Throws with the problem's detail and remedy. */
export type ApiCall = <Answer = unknown>(method: string, path: string, body?: unknown) => Promise<Answer>;

export function apiClient(apiUrl: string, apiKey: string): ApiCall {
  return async <Answer>(method: string, path: string, body?: unknown): Promise<Answer> => {
    const response = await fetch(`${apiUrl}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${apiKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) {
      throw new Error(`${method} ${path} answered ${String(response.status)}: ${text}`);
    }
    return (text === '' ? undefined : JSON.parse(text)) as Answer;
  };
}
