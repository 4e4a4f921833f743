import type fastifySwagger from '@fastify/swagger';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { SESSION_COOKIE } from '../access/session-cookie.ts';
import { completed } from './complete.ts';
import type { Document } from './types.ts';

const SECURITY_SCHEMES = {
  apiKey: { type: 'http', scheme: 'bearer', description: 'sk_…' },
  session: { type: 'apiKey', in: 'cookie', name: SESSION_COOKIE, description: 'Set by POST /api/v1/auth/login.' },
  csrf: {
    type: 'apiKey',
    in: 'header',
    name: 'X-CSRF-Token',
    description: 'csrf_token of the session, with everything but GET and HEAD.',
  },
} as const;

/** The document is made of the zod schemas of the routes, and completed by what follows from their shape. */
export function openApiOptions(): Parameters<typeof fastifySwagger>[1] {
  return {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Sluice',
        version: '1',
        description: 'Exports and webhooks of product events. Errors are problem+json (RFC 9457).',
      },
      components: { securitySchemes: SECURITY_SCHEMES },
      security: [{ apiKey: [] }, { session: [], csrf: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: (input) => completed(jsonSchemaTransformObject(input) as Document),
  };
}
