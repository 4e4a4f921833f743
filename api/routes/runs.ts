import { z } from 'zod';
import { SluiceError } from '../../core/errors.ts';
import { notFound } from '../../store/errors.ts';
import { getRun, type RunRecord } from '../../store/runs.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { runSchema, runView } from '../run-view.ts';
import { idParams, problems, timestamp } from '../schemas.ts';
import { steering } from '../temporal-errors.ts';

const LOG_LIMIT = 1_000;

const logSchema = z.object({
  items: z.array(
    z.object({
      logged_at: timestamp,
      level: z.string(),
      message: z.string(),
      fields: z.record(z.string(), z.unknown()),
    }),
  ),
});

export function runRoutes(scope: ApiScope, deps: ApiDeps): void {
  const schema = { tags: ['runs'], params: idParams };

  scope.get(
    '/runs/:id',
    { schema: { ...schema, summary: 'Read a run', response: { 200: runSchema, ...problems } } },
    async ({ teamId, params }) => runView(await find(deps, { teamId, id: params.id })),
  );

  scope.post(
    '/runs/:id/cancel',
    {
      schema: {
        ...schema,
        summary: 'Cancel a run',
        description: 'Asks the run to end; its status follows when it has.',
        response: { 202: runSchema, ...problems },
      },
    },
    async ({ teamId, params }, reply) => {
      const run = await find(deps, { teamId, id: params.id });
      if (run.finishedAt) {
        throw finished(run);
      }
      await steering(deps.controlPlane.cancelExportRun(run.workflowId));
      return reply.code(202).send(runView(run));
    },
  );

  scope.get(
    '/runs/:id/logs',
    {
      schema: {
        ...schema,
        summary: 'Read the log of a run',
        description: `Newest first, at most ${LOG_LIMIT} entries.`,
        response: { 200: logSchema, ...problems },
      },
    },
    async ({ teamId, params }) => {
      const { id } = await find(deps, { teamId, id: params.id });
      const query = { teamId, source: 'export_run', sourceId: id, limit: LOG_LIMIT } as const;
      const entries = await deps.events.listLogEntries(query);
      return {
        items: entries.map(({ loggedAt, level, message, fields }) => ({
          logged_at: loggedAt.toISOString(),
          level,
          message,
          fields,
        })),
      };
    },
  );
}

async function find(deps: ApiDeps, key: { teamId: number; id: string }): Promise<RunRecord> {
  const run = await getRun(deps.db, key);
  if (!run) {
    throw notFound('run', key.id);
  }
  return run;
}

function finished(run: RunRecord): SluiceError {
  return new SluiceError({
    code: 'run_finished',
    message: `the run has ended already: ${run.status}`,
    retryable: false,
    fault: 'customer',
    remedy: 'Nothing needs to be done.',
  });
}
