import { z } from 'zod';
import { exportRunWorkflowId } from '../../core/ids.ts';
import { listOnDemand, noteCancelled, type OnDemandRecord } from '../../store/on-demand.ts';
import { exportDeletionSchema } from '../deletion-view.ts';
import { endExport } from '../deletions.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { findOnDemand, lifetime, newOnDemand, onDemandAnswer, startOnDemand } from '../on-demand.ts';
import { onDemandSchema, onDemandView } from '../on-demand-view.ts';
import { cutPage, datedCursor, pageOf, pageQuery } from '../pagination.ts';
import { runFinished } from './runs.ts';
import { idParams, problems } from '../schemas.ts';
import { steering } from '../temporal-errors.ts';

const PATH = '/on-demand-exports';
const answer = { 200: onDemandSchema, ...problems };

/** Exports of one range, once, to a destination or to be downloaded. */
export function onDemandRoutes(scope: ApiScope, deps: ApiDeps): void {
  const schema = { tags: ['on-demand exports'] };

  scope.post(
    PATH,
    {
      schema: {
        ...schema,
        summary: 'Export a range once',
        description: 'To a destination, or with "download" to files of which this resource has links.',
        body: newOnDemand,
        response: { 202: onDemandSchema, ...problems },
      },
    },
    async ({ teamId, body }, reply) => {
      const record = await startOnDemand(deps, teamId, body);
      return reply.code(202).send(await onDemandAnswer(deps, record));
    },
  );

  scope.get(
    PATH,
    {
      schema: {
        ...schema,
        summary: 'List on-demand exports',
        description: 'Without links; read one for these.',
        querystring: z.object(pageQuery),
        response: { 200: pageOf(onDemandSchema), ...problems },
      },
    },
    async ({ teamId, query }) => {
      const after = datedCursor(query.cursor);
      const rows = await listOnDemand(deps.db, { teamId, limit: query.limit + 1, ...(after ? { after } : {}) });
      const at = lifetime(deps);
      return cutPage(rows, query.limit, {
        item: (row: OnDemandRecord) => onDemandView(row, at),
        position: (row) => [row.export.createdAt.toISOString(), row.export.id],
      });
    },
  );

  scope.get(
    `${PATH}/:id`,
    { schema: { ...schema, summary: 'Read an on-demand export', params: idParams, response: answer } },
    async ({ teamId, params }) => onDemandAnswer(deps, await findOnDemand(deps, { teamId, id: params.id })),
  );

  endingRoutes(scope, deps);
}

function endingRoutes(scope: ApiScope, deps: ApiDeps): void {
  const schema = { tags: ['on-demand exports'], params: idParams };

  scope.post(
    `${PATH}/:id/cancel`,
    { schema: { ...schema, summary: 'Cancel an on-demand export', response: { 202: onDemandSchema, ...problems } } },
    async ({ teamId, params }, reply) => {
      const key = { teamId, id: params.id };
      const record = await findOnDemand(deps, key);
      if (record.run?.finishedAt) {
        throw runFinished(record.run);
      }
      await steering(deps.controlPlane.cancelExportRun(exportRunWorkflowId(record.export.id, record.rangeEnd)));
      await noteCancelled(deps.db, record.export.id);
      return reply.code(202).send(await onDemandAnswer(deps, await findOnDemand(deps, key)));
    },
  );

  scope.delete(
    `${PATH}/:id`,
    {
      schema: {
        ...schema,
        summary: 'Delete an on-demand export',
        description:
          'An open run is cancelled. The links of a download end at once and its files are removed within minutes; what went to a destination stays.',
        response: { 200: exportDeletionSchema, ...problems },
      },
    },
    async ({ teamId, params }) => endExport(deps, { teamId, id: params.id, onDemand: true }),
  );
}
