import Fastify from 'fastify';
import { registerApi } from '../api/app.ts';
import type { ApiDeps } from '../api/deps.ts';

/** The API's description of itself; needs no server, because no request is handled. */
export async function openApiDocument(): Promise<Record<string, unknown>> {
  const app = Fastify();
  registerApi(app, unusedDeps());
  try {
    const response = await app.inject('/api/openapi.json');
    const document: Record<string, unknown> = response.json();
    return document;
  } finally {
    await app.close();
  }
}

/** Registering routes reads what the parts are, and uses none of them. */
function unusedDeps(): ApiDeps {
  return { destinationKinds: [] } as unknown as ApiDeps;
}
