import { z } from 'zod';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { problems } from '../schemas.ts';

/** Longer than lists of events look back: a quiet week has names too. */
const LOOK_BACK_MS = 7 * 86_400_000;

const names = z.array(z.string()).describe('The most frequent first, at most 200.');
const schema = z.object({ event: names, person: names }).meta({ id: 'PropertyNames' });

/** What filters can be made of. */
export function propertyNameRoutes(scope: ApiScope, deps: ApiDeps): void {
  scope.get(
    '/property-names',
    {
      schema: {
        tags: ['events'],
        summary: 'List the names of properties',
        description: 'Of the newest 500 events of the last 7 days, and of their persons: what a filter can ask for.',
        response: { 200: schema, ...problems },
      },
    },
    async ({ teamId }) => {
      const now = deps.now?.() ?? new Date();
      return deps.events.propertyNames({ teamId, since: new Date(now.getTime() - LOOK_BACK_MS) });
    },
  );
}
