import { z } from 'zod';
import { OPERATIONAL_EVENTS } from '../../core/operational-events.ts';
import type { ApiScope } from '../deps.ts';
import { OPERATIONAL_SCHEMAS } from '../operational-events-schema.ts';
import { problems } from '../schemas.ts';

const listSchema = z.object({
  items: z.array(
    z.object({
      type: z.enum(OPERATIONAL_EVENTS),
      description: z.string(),
      payload: z.record(z.string(), z.unknown()).describe('JSON Schema of `data`.'),
    }),
  ),
});

/** What webhooks with `source: operations` can get. */
export function operationalEventRoutes(scope: ApiScope): void {
  scope.get(
    '/operational-events',
    {
      schema: {
        tags: ['webhooks'],
        summary: 'List the types of operational events',
        response: { 200: listSchema, ...problems },
      },
    },
    () => ({
      items: OPERATIONAL_EVENTS.map((type) => ({
        type,
        description: OPERATIONAL_SCHEMAS[type].description ?? '',
        payload: z.toJSONSchema(OPERATIONAL_SCHEMAS[type]),
      })),
    }),
  );
}
