import { z } from 'zod';
import { updateExport } from '../../store/exports.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import {
  createScheduledExport,
  exportPatch,
  newExport,
  patchOf,
  pauseExport,
  withSchedule,
} from '../export-changes.ts';
import { exportListQuery, exportListSchema, exportPage } from '../export-list.ts';
import { exportDetail, exportDetailSchema } from '../export-completeness.ts';
import { exportSchema, exportView, findExport } from '../export-view.ts';
import { assertMatches } from '../etags.ts';
import { idParams, problems } from '../schemas.ts';

const resumption = z
  .strictObject({
    fill_gap: z
      .boolean()
      .default(true)
      .describe('Export the intervals that ended during the pause, too; with false they are given up.'),
  })
  .nullish();

const answer = { 200: exportSchema, ...problems };

export function exportRoutes(scope: ApiScope, deps: ApiDeps): void {
  const schema = { tags: ['exports'] };

  scope.post(
    '/exports',
    {
      schema: { ...schema, summary: 'Create an export', body: newExport, response: { 201: exportSchema, ...problems } },
    },
    async ({ teamId, body }, reply) =>
      reply.code(201).send(exportView(await createScheduledExport(deps, teamId, body))),
  );

  scope.get(
    '/exports',
    {
      schema: {
        ...schema,
        summary: 'List exports',
        description: '`q` is searched for in names of exports and of their destinations.',
        querystring: exportListQuery,
        response: { 200: exportListSchema, ...problems },
      },
    },
    async ({ teamId, query }) => exportPage(deps, teamId, query),
  );

  scope.get(
    '/exports/:id',
    {
      schema: {
        ...schema,
        summary: 'Read an export',
        params: idParams,
        response: { 200: exportDetailSchema, ...problems },
      },
    },
    async ({ teamId, params }) => exportDetail(deps, await findExport(deps, { teamId, id: params.id })),
  );

  scope.patch(
    '/exports/:id',
    { schema: { ...schema, summary: 'Change an export', params: idParams, body: exportPatch, response: answer } },
    async (request) => {
      const { teamId, params, body } = request;
      const record = await findExport(deps, { teamId, id: params.id });
      assertMatches(request, record);
      const patch = await patchOf(deps, record, body);
      return exportView(await withSchedule(deps, await updateExport(deps.db, { teamId, id: record.id, patch })));
    },
  );

  pauseRoutes(scope, deps);
}

function pauseRoutes(scope: ApiScope, deps: ApiDeps): void {
  const schema = { tags: ['exports'] };

  scope.post(
    '/exports/:id/pause',
    { schema: { ...schema, summary: 'Pause an export', params: idParams, response: answer } },
    async ({ teamId, params }) => exportView(await pauseExport(deps, { teamId, id: params.id, paused: true })),
  );

  scope.post(
    '/exports/:id/resume',
    { schema: { ...schema, summary: 'Resume an export', params: idParams, body: resumption, response: answer } },
    async ({ teamId, params, body }) => {
      const fillGap = body?.fill_gap ?? true;
      return exportView(await pauseExport(deps, { teamId, id: params.id, paused: false, fillGap }));
    },
  );
}
