import createClient, { type Client, type Middleware } from 'openapi-fetch';
import { problemOf } from './problem.ts';
import type { components, paths } from './schema.ts';

export { ApiProblem } from './problem.ts';
export type { operations, paths } from './schema.ts';

/** What the API answers beside its operations: the OpenAPI document itself. */
interface AllPaths extends paths {
  '/api/openapi.json': {
    get: { responses: { 200: { content: { 'application/json': unknown } } } };
  };
}

/** Named shapes of the API: `Schemas['Webhook']`. */
export type Schemas = components['schemas'];

/** Methods by verb, typed by path: `client.GET('/api/v1/webhooks/{id}', { params: { path: { id } } })`. */
export type ApiClient = Client<AllPaths>;

/** Who asks: a key of a team, or a browser with a session, whose cookie the browser sends by itself. */
export type ApiAuth = { key: string } | { session: () => SessionHeaders | undefined };

export interface SessionHeaders {
  /** From the answer to the login. */
  csrfToken: string;
  /** Which of the user's teams is meant. */
  teamId: number | undefined;
}

export interface ApiClientOptions {
  /** Of the server, without `/api/v1`. */
  url: string;
  auth: ApiAuth;
  /** Absent: the global one. */
  fetch?: (request: Request) => Promise<Response>;
}

const SAFE_METHODS = ['GET', 'HEAD'];

/** A client of Sluice's REST API. Every answer that is no success is thrown as ApiProblem. */
export function createApiClient({ url, auth, fetch }: ApiClientOptions): ApiClient {
  const client = createClient<AllPaths>({ baseUrl: url.replace(/\/+$/, ''), ...(fetch ? { fetch } : {}) });
  client.use(authenticating(auth), refusing);
  return client;
}

/** The body of an answer: `await answer(client.GET(…))`. */
export async function answer<Body>(call: Promise<{ data?: Body }>): Promise<Exclude<Body, undefined>> {
  return (await call).data as Exclude<Body, undefined>;
}

function authenticating(auth: ApiAuth): Middleware {
  return {
    onRequest: ({ request }) => {
      for (const [name, value] of Object.entries(headersOf(auth, request.method))) {
        request.headers.set(name, value);
      }
    },
  };
}

function headersOf(auth: ApiAuth, method: string): Record<string, string> {
  if ('key' in auth) {
    return { authorization: `Bearer ${auth.key}` };
  }
  const session = auth.session();
  return {
    ...(session?.teamId === undefined ? {} : { 'x-sluice-team': String(session.teamId) }),
    ...(session === undefined || SAFE_METHODS.includes(method) ? {} : { 'x-csrf-token': session.csrfToken }),
  };
}

const refusing: Middleware = {
  onResponse: async ({ response }) => {
    if (!response.ok) {
      throw await problemOf(response);
    }
  },
};
