import { createApiClient, type ApiClient, type operations } from '../api-client/index.ts';

export { answer, ApiProblem, type ApiClient, type Schemas } from '../api-client/index.ts';

export interface ApiAccess {
  url: string;
  key: string;
}

type Operation = keyof operations;
type JsonOf<Response> = Response extends { content: { 'application/json': infer Json } } ? Json : never;

/** What is sent to an operation, by its name in the OpenAPI document: `BodyOf<'postApiKeys'>`. */
export type BodyOf<Name extends Operation> = operations[Name] extends { requestBody?: infer Request }
  ? NonNullable<JsonOf<Request>>
  : never;

export type QueryOf<Name extends Operation> = operations[Name] extends { parameters: { query?: infer Query } }
  ? NonNullable<Query>
  : never;

/** What an operation answers, for shapes that have no name of their own in `Schemas`. */
export type AnswerOf<Name extends Operation> = JsonOf<
  operations[Name]['responses'][keyof operations[Name]['responses']]
>;

/** The client of Sluice's own REST API, with the key of a team. Throws ApiProblem for every answer that is no success. */
export function connectApi({ url, key }: ApiAccess): ApiClient {
  const client = createApiClient({ url, auth: { key } });
  client.use({
    onError: ({ request, error }) =>
      new Error(`no answer from ${new URL(request.url).origin}: is the server running, and SLUICE_API_URL right?`, {
        cause: error,
      }),
  });
  return client;
}
