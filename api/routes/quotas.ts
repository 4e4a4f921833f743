import { z } from 'zod';
import { quotasVersion, setExportQuota } from '../../store/quotas.ts';
import { requireScope } from '../access/permissions.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { assertMatches } from '../etags.ts';
import { quotasSchema, quotasView, rowsPerDay } from '../quota-view.ts';
import { problems } from '../schemas.ts';

/** What a team sets itself as a limit. `GET /usage` shows it, too. */
export function quotaRoutes(scope: ApiScope, deps: ApiDeps): void {
  scope.get(
    '/quotas',
    {
      schema: {
        tags: ['overview'],
        summary: 'Read the quotas of the team',
        response: { 200: quotasSchema, ...problems },
      },
    },
    async ({ teamId }) => quotasView(deps, teamId),
  );

  scope.patch(
    '/quotas',
    {
      ...requireScope('admin'),
      schema: {
        tags: ['overview'],
        summary: 'Change the quotas of the team',
        description: 'Runs that have met the quota are repeated within minutes, as far as the new one allows.',
        body: z.strictObject({ export_rows_per_day: rowsPerDay }),
        response: { 200: quotasSchema, ...problems },
      },
    },
    async (request) => {
      const { teamId, body } = request;
      const version = await quotasVersion(deps.db, teamId);
      assertMatches(request, { version });
      await setExportQuota(deps.db, teamId, body.export_rows_per_day, version);
      return quotasView(deps, teamId);
    },
  );
}
