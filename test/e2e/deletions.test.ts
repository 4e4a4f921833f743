import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { CleanUpResult } from '../../activities/types.ts';
import { deliveryShardWorkflowId, exportScheduleId, MAINTENANCE_SCHEDULES, shardOf } from '../../core/ids.ts';
import { eventually } from '../support/eventually.ts';
import { byHand } from '../support/schedules.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';
import { insertMany } from './support/export-events.ts';
import { newPlace } from './support/export-places.ts';
import { createExport, JSON_LINES, pastMinute, runMinute, type Run } from './support/export-runs.ts';
import { endCommands, runSluice } from './support/sluice-process.ts';
import { untilAccepted, WebhookTeam } from './support/webhook-team.ts';

jest.setTimeout(240_000);

const ROWS = 100;
/** A run of the minute that has just ended waits so long for late rows: it is open. */
const VISIBILITY_BOUND_MS = 120_000;

let system: TestSystem;
let team: Awaited<ReturnType<TestSystem['newTeam']>>;
let cleanUp: () => Promise<CleanUpResult>;

beforeAll(async () => {
  system = await startTestSystem({ env: { SLUICE_VISIBILITY_BOUND_MS: String(VISIBILITY_BOUND_MS) } });
  cleanUp = await byHand(system.temporal, MAINTENANCE_SCHEDULES.cleanUp);
  team = await system.newTeam();
});
afterAll(async () => {
  await endCommands();
  await system.stop();
});

/** `sluice … --json` */
async function sluice<Answer>(...args: string[]): Promise<Answer> {
  const command = runSluice([...args, '--json'], {
    SLUICE_API_URL: system.system.apiUrl,
    SLUICE_API_KEY: team.apiKey,
  });
  expect({ ...(await command.ended), stderr: command.stderr() }).toMatchObject({ code: 0 });
  return JSON.parse(command.stdout()) as Answer;
}

async function statusOf(workflowId: string): Promise<string> {
  return (await system.temporal.client.workflow.getHandle(workflowId).describe()).status.name;
}

interface Deletion {
  state: string;
  exports: { state: string; open_runs: { id: string; workflow_id: string }[]; left_behind: { rows: number } }[];
}

test('a destination with an export whose run is open: the run ends as cancelled, and what was committed stays', async () => {
  const { api, teamId } = team;
  const minute = pastMinute();
  await insertMany(system.clickhouse, teamId, minute, { rows: ROWS, bytes: 100 });
  const place = await newPlace('file', system);
  const exportId = await createExport(api, place, { format: JSON_LINES });
  expect(await runMinute(api, exportId, minute)).toMatchObject({ status: 'completed', rows: ROWS });
  const committed = await place.keys();
  const { destination_id: id } = await api<{ destination_id: string }>('GET', `/exports/${exportId}`);
  await api('POST', `/exports/${exportId}/run`);

  const plan = await eventually(async () => {
    const found = await sluice<Deletion>('destinations', 'delete', id, '--dry-run');
    expect(found.exports).toMatchObject([{ open_runs: [{ status: 'running' }] }]);
    return found;
  });
  expect(plan).toMatchObject({
    state: 'active',
    exports: [{ left_behind: { rows: ROWS, latest_files: [expect.stringContaining('events')] } }],
  });
  const [run] = plan.exports[0]?.open_runs ?? [];
  const done = await sluice<Deletion>('destinations', 'delete', id, '--with-exports');
  expect(done).toMatchObject({ exports: [{ open_runs: [{ id: run?.id }] }] });

  const ended = await eventually(
    async () => {
      const found = await api<Run>('GET', `/runs/${run?.id ?? ''}`);
      expect(found.finished_at).not.toBeNull();
      return found;
    },
    { timeoutMs: 60_000 },
  );
  expect(ended).toMatchObject({ status: 'cancelled', error: null });
  await eventually(async () => {
    expect(await statusOf(run?.workflow_id ?? '')).toBe('CANCELLED');
  });
  const schedule = system.temporal.client.schedule.getHandle(exportScheduleId(exportId));
  await expect(schedule.describe()).rejects.toThrow(/not found/i);
  expect(await place.keys()).toEqual(committed);

  // As if the request had been cut off: nobody asks again, and the clean-up brings it to its end.
  expect(await cleanUp()).toEqual({ open: 2, settled: 2, files: 0 });
  expect(await sluice<Deletion>('destinations', 'delete', id, '--dry-run')).toMatchObject({
    state: 'deleted',
    exports: [{ state: 'deleted', open_runs: [], left_behind: { rows: ROWS } }],
  });
  expect(await cleanUp()).toEqual({ open: 0, settled: 0, files: 0 });
});

test('a webhook with a waiting retry: the retry ends as dropped within seconds; restored, it gets all of it', async () => {
  const hooks = await WebhookTeam.create(system);
  const hook = await hooks.hook({ retry_schedule_ms: [3_600_000] });
  hook.react(() => ({ status: 500 }));
  const failed = await hooks.capture([{}]);
  const [retry] = await eventually(
    async () => {
      const found: string[] = [];
      const query = `SluiceDestinationId = '${hook.id}' AND SluiceKind = 'delivery'`;
      for await (const { workflowId } of system.temporal.client.workflow.list({ query })) {
        found.push(workflowId);
      }
      expect(found).toHaveLength(1);
      return found;
    },
    { timeoutMs: 60_000 },
  );
  const plan = await hooks.team.api('GET', `/webhooks/${hook.id}/deletion-plan`);
  expect(plan).toMatchObject({ state: 'active', open_retries: 1, cursor: expect.any(String) });
  expect(await hooks.team.api('DELETE', `/webhooks/${hook.id}`)).toMatchObject({
    state: 'deleted',
    cursor: expect.any(String),
  });
  const handle = system.temporal.client.workflow.getHandle(retry ?? '');
  expect(await handle.result()).toMatchObject({ outcome: 'dropped' });

  hook.react(() => ({ status: 200 }));
  const missed = await hooks.capture([{}, {}]);
  await eventually(async () =>
    expect(await hooks.team.api('GET', `/webhooks/${hook.id}/deletion-plan`)).toMatchObject({ parked: 1 }),
  );
  expect(hook.accepted().size).toBe(0);
  expect(await hooks.team.api('POST', `/webhooks/${hook.id}/restore`)).toMatchObject({ status: 'active' });
  await eventually(() => expect(hook.accepted()).toEqual(hook.idsOf([...failed, ...missed])), { timeoutMs: 60_000 });
  const state = await system.temporal.client.workflow
    .getHandle(`webhook/${hook.id}`)
    .query<{ health: string }>('state');
  expect(state.health).not.toBe('deleted');
  await hooks.close();
});

test('a shard whose workflow somebody has terminated is started again, and delivers', async () => {
  const hooks = await WebhookTeam.create(system);
  const hook = await hooks.hook();
  const shard = system.temporal.client.workflow.getHandle(
    deliveryShardWorkflowId(shardOf(hook.id, system.config.worker.deliveryShards)),
  );
  await untilAccepted(hook, await hooks.capture([{}]), 60_000);
  await shard.terminate('by somebody');
  expect((await shard.describe()).status.name).toBe('TERMINATED');
  await cleanUp();
  expect((await shard.describe()).status.name).toBe('RUNNING');
  await untilAccepted(hook, await hooks.capture([{}]), 60_000);
  await hooks.close();
});
