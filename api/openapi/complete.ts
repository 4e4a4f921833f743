import { REQUEST_EXAMPLES } from './examples/requests.ts';
import { exampleOf } from './examples/example-of.ts';
import { HEADERS, PARAMETERS, parametersOf, withHeaders } from './headers.ts';
import { problemAnswers, problemExamples } from './problems.ts';
import type { Answer, Document, MediaType, Operation, Route, Schema } from './types.ts';

const JSON_TYPE = 'application/json';

/**
 * Adds what follows from the shape of a route: its operationId, the headers that it takes and answers, how it refuses,
 * and an example of each body.
 */
export function completed(document: Document): Document {
  const paths = Object.entries(document.paths).map(([path, methods]) => [
    path,
    Object.fromEntries(
      Object.entries(methods).map(([method, operation]) => [
        method,
        completedOperation(document, { method: method.toUpperCase(), path, operation }),
      ]),
    ),
  ]);
  const full: Document = {
    ...document,
    paths: Object.fromEntries(paths) as Document['paths'],
    components: {
      ...document.components,
      parameters: PARAMETERS,
      headers: HEADERS,
      examples: problemExamples(),
    },
  };
  return { ...full, components: { ...full.components, schemas: usedSchemas(full) } };
}

function completedOperation(document: Document, route: Route): Operation {
  const { operation } = route;
  const body = operation.requestBody;
  return {
    operationId: operationIdOf(route),
    ...operation,
    ...parametersOf(route),
    ...(body ? { requestBody: withRequestExample(route, body) } : {}),
    responses: { ...successes(document, route), ...problemAnswers(route) },
  };
}

/** `GET /api/v1/exports/{id}/runs` is getExportsByIdRuns: as stable as its address. */
export function operationIdOf({ method, path }: Pick<Route, 'method' | 'path'>): string {
  const words = path
    .replace('/api/v1', '')
    .replaceAll(/\{(\w+)\}/g, 'by-$1')
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean);
  const capitalised = words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1));
  return method.toLowerCase() + capitalised.join('');
}

type RequestBody = NonNullable<Operation['requestBody']>;

/** A body that may be null may be left out. */
function withRequestExample({ method, path }: Route, { content }: RequestBody): RequestBody {
  const media = content[JSON_TYPE];
  if (!media) {
    return { content };
  }
  const example = REQUEST_EXAMPLES[`${method} ${path.replace('/api/v1', '')}`];
  const required = !(media.schema.anyOf ?? []).some(({ type }) => type === 'null');
  return { required, content: { [JSON_TYPE]: { ...media, ...(example === undefined ? {} : { example }) } } };
}

function successes(document: Document, route: Route): Record<string, Answer> {
  const answers = Object.entries(route.operation.responses).filter(([status]) => /^[23]\d\d$/.test(status));
  return Object.fromEntries(
    answers.map(([status, answer]) => [status, withHeaders(route, status, withExamples(document, answer))]),
  );
}

function withExamples(document: Document, answer: Answer): Answer {
  if (answer.content === undefined) {
    return answer;
  }
  const content = Object.entries(answer.content).map(([type, media]): [string, MediaType] => [
    type,
    { ...media, example: exampleOf(media.schema, document.components.schemas) },
  ]);
  return { ...answer, content: Object.fromEntries(content) };
}

const REFERENCE = /"\$ref":"#\/components\/schemas\/([^"/]+)"/g;

/** The type provider describes each named schema twice, as input and as output; what nothing refers to goes. */
function usedSchemas({ paths, components: { schemas } }: Document): Record<string, Schema> {
  const used = new Set<string>(['Problem']);
  const texts = [JSON.stringify(paths), JSON.stringify(schemas['Problem'] ?? {})];
  for (let text = texts.pop(); text !== undefined; text = texts.pop()) {
    for (const [, name] of text.matchAll(REFERENCE)) {
      if (name !== undefined && !used.has(name)) {
        used.add(name);
        texts.push(JSON.stringify(schemas[name] ?? {}));
      }
    }
  }
  return Object.fromEntries(Object.entries(schemas).filter(([name]) => used.has(name)));
}
