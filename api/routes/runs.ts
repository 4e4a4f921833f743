import { z } from 'zod';
import { SluiceError } from '../../core/errors.ts';
import { notFound } from '../../store/errors.ts';
import { getRun, runNeighbours, type RunRecord } from '../../store/runs.ts';
import type { ApiDeps, ApiScope } from '../deps.ts';
import { runDetailSchema, runDetailView, runSchema, runView } from '../run-view.ts';
import { repeatedSchema, repeatFields, repeatOf, retryRun } from '../repetitions.ts';
import { idParams, problems } from '../schemas.ts';
import { steering } from '../temporal-errors.ts';

export function runRoutes(scope: ApiScope, deps: ApiDeps): void {
  const schema = { tags: ['runs'], params: idParams };

  scope.get(
    '/runs/:id',
    { schema: { ...schema, summary: 'Read a run', response: { 200: runDetailSchema, ...problems } } },
    async ({ teamId, params }) => {
      const run = await findRun(deps, { teamId, id: params.id });
      return runDetailView(run, await runNeighbours(deps.db, run.id));
    },
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
      const run = await findRun(deps, { teamId, id: params.id });
      if (run.finishedAt) {
        throw runFinished(run);
      }
      await steering(deps.controlPlane.cancelExportRun(run.workflowId));
      return reply.code(202).send(runView(run));
    },
  );

  scope.post(
    '/runs/:id/retry',
    {
      schema: {
        ...schema,
        summary: 'Run the interval of a run again',
        body: z.strictObject(repeatFields).nullish(),
        response: { 202: repeatedSchema, ...problems },
      },
    },
    async ({ teamId, params, body }, reply) => {
      const run = await findRun(deps, { teamId, id: params.id });
      return reply.code(202).send(await retryRun(deps, run, repeatOf(body)));
    },
  );
}

/** The team's own run, or `run_not_found`. */
export async function findRun(deps: ApiDeps, key: { teamId: number; id: string }): Promise<RunRecord> {
  const run = await getRun(deps.db, key);
  if (!run) {
    throw notFound('run', key.id);
  }
  return run;
}

export function runFinished(run: RunRecord): SluiceError {
  return new SluiceError({
    code: 'run_finished',
    message: `the run has ended already: ${run.status}`,
    retryable: false,
    fault: 'customer',
    remedy: 'Nothing needs to be done.',
  });
}
