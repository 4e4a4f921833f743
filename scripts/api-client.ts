/** `npm run api-client`: writes api-client/schema.ts, the types of the REST API, from the API's own OpenAPI document. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import openapiTypeScript, { astToString } from 'openapi-typescript';
import { format, resolveConfig } from 'prettier';
import type { Document, Operation } from '../api/openapi/types.ts';
import { openApiDocument } from './openapi-document.ts';

export const SCHEMA_FILE = fileURLToPath(new URL('../api-client/schema.ts', import.meta.url));

const HEADER =
  '/** Generated from the OpenAPI document of the API by `npm run api-client`; a test holds it in step. */\n';

export async function renderSchema(): Promise<string> {
  const document = withoutRefusals((await openApiDocument()) as unknown as Document);
  // What has a default may be left out of a request; whoever reads an answer finds it there all the same.
  const types = await openapiTypeScript(document as never, { defaultNonNullable: false });
  return format(HEADER + astToString(types), { ...(await resolveConfig(SCHEMA_FILE)), filepath: SCHEMA_FILE });
}

/** The client throws what is no success, so that only successes need types. */
function withoutRefusals({
  components: { examples: _examples, headers: _headers, ...components },
  ...document
}: Document): Document {
  const withSuccesses = (operation: Operation): Operation => {
    const successes = Object.entries(operation.responses).filter(([status]) => /^[23]/.test(status));
    const answers = successes.map(([status, { headers: _headers, ...answer }]) => [status, answer]);
    return { ...operation, responses: Object.fromEntries(answers) as Operation['responses'] };
  };
  const paths = Object.entries(document.paths).map(([path, methods]) => [
    path,
    Object.fromEntries(Object.entries(methods).map(([method, operation]) => [method, withSuccesses(operation)])),
  ]);
  return { ...document, components, paths: Object.fromEntries(paths) as Document['paths'] };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const rendered = await renderSchema();
  const before = readFileSync(SCHEMA_FILE, { encoding: 'utf8', flag: 'a+' });
  writeFileSync(SCHEMA_FILE, rendered);
  console.log(before === rendered ? 'api-client/schema.ts was in step' : 'api-client/schema.ts is written anew');
}
