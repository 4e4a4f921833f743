import { z } from 'zod';
import { getTeam } from '../../store/teams.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { problems } from '../schemas.ts';

const schema = z
  .object({
    host: z.string().describe('What SDKs of PostHog call `api_host`.'),
    capture_token: z
      .string()
      .describe('What they call the project API key. Events can be written with it and nothing read: it is public.'),
  })
  .meta({ id: 'CaptureSettings' });

/** What whoever sends events has to know. */
export function captureRoutes(scope: ApiScope, deps: ApiDeps): void {
  scope.get(
    '/capture',
    {
      schema: {
        tags: ['events'],
        summary: 'Read where events are sent',
        description: 'Host and token with which any SDK of PostHog captures events of the team.',
        response: { 200: schema, ...problems },
      },
    },
    async ({ teamId, protocol, host }) => {
      const team = await getTeam(deps.db, teamId);
      if (team === undefined) {
        throw new Error(`there is no team ${String(teamId)}`);
      }
      return { host: new URL(deps.publicUrl ?? `${protocol}://${host}`).origin, capture_token: team.captureToken };
    },
  );
}
