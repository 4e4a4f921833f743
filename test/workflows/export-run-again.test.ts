import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { Activities } from '../../activities/types.ts';
import { startExportRun, type ExportRun } from '../../client/export-runs.ts';
import type { TemporalClient } from '../../client/temporal.ts';
import { eventually } from '../support/eventually.ts';
import { gate } from '../support/gate.ts';
import { quietRuntime, timeSkippingEnvironment, withWorkers } from './environment.ts';

let env: TestWorkflowEnvironment;
let temporal: TemporalClient;

beforeAll(async () => {
  quietRuntime();
  env = await timeSkippingEnvironment();
  temporal = { client: env.client, connection: env.connection, close: async () => {} };
}, 300_000);

afterAll(async () => {
  jest.restoreAllMocks();
  await env.teardown();
});

const COUNTS = { rows: 5, bytes: 100, files: 1 };

function runOf(exportId: string): ExportRun {
  return {
    ...{ exportId, teamId: 1, name: 'hourly', destinationId: 'd1', destinationKind: 's3', interval: 'hour' },
    ...{ intervalStart: new Date('2026-11-21T04:00:00Z'), intervalEnd: new Date('2026-11-21T05:00:00Z'), force: false },
  };
}

/** A run that is recorded as ended when `recorded` resolves, and whose workflow closes after `close`. */
function slowToClose() {
  const forced: boolean[] = [];
  const [recorded, closing] = [gate(), gate()];
  const activities: Partial<Activities> = {
    startRun: ({ exportId, teamId, intervalStart, intervalEnd, force }) => {
      forced.push(force);
      const run = { exportId, teamId, intervalStart, intervalEnd, runId: 'r1', epoch: 1, generation: 0 };
      return Promise.resolve({ status: 'started', run });
    },
    planInterval: () => Promise.resolve({ chunks: 1, rows: 5, bytes: 500 }),
    loadChunks: () => Promise.resolve(COUNTS),
    commitRun: () => Promise.resolve(COUNTS),
    verifyRun: () => Promise.resolve({ ...COUNTS, sourceRows: 5, hash: '7', complete: true }),
    finishRun: async () => {
      recorded.open();
      await closing.opened;
    },
  };
  return { activities, forced, recorded: recorded.opened, close: closing.open };
}

describe('a run of an interval whose last run is recorded as ended but still open in Temporal', () => {
  test('follows it', async () => {
    const { activities, forced, recorded, close } = slowToClose();
    await withWorkers(env, activities, async () => {
      const { workflowId } = await startExportRun(temporal, runOf('follow'));
      await recorded;
      const looked = jest.spyOn(temporal.client.workflow, 'getHandle');
      const again = startExportRun(temporal, { ...runOf('follow'), force: true });
      await eventually(() => {
        expect(looked).toHaveBeenCalled();
      });
      close();
      await again;
      await temporal.client.workflow.getHandle(workflowId).result();
    });
    expect(forced).toEqual([false, true]);
  }, 60_000);

  test('joins it where that is asked for', async () => {
    const { activities, forced, recorded, close } = slowToClose();
    await withWorkers(env, activities, async () => {
      const { workflowId } = await startExportRun(temporal, runOf('join'));
      await recorded;
      await startExportRun(temporal, { ...runOf('join'), whenOpen: 'join' });
      close();
      await temporal.client.workflow.getHandle(workflowId).result();
    });
    expect(forced).toEqual([false]);
  }, 60_000);
});
