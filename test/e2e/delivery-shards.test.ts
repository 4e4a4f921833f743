import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { executionState, type ExecutionState } from '../../client/executions.ts';
import { deliveryShardWorkflowId, MAINTENANCE_SCHEDULES } from '../../core/ids.ts';
import { freePort } from '../../dev/free-port.ts';
import { eventually } from '../support/eventually.ts';
import { byHand } from '../support/schedules.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';
import { inPostgres } from './support/past-exports.ts';
import { endCommands, runSluice, type RunningCommand } from './support/sluice-process.ts';
import { untilAccepted, WebhookTeam } from './support/webhook-team.ts';

jest.setTimeout(180_000);

/** The number of shards is the deployment's: a process that is told another one must not divide the webhooks anew. */
const OTHER = '4';

let system: TestSystem;
let team: WebhookTeam;

beforeAll(async () => {
  // Exports, and with them maintenance, are left to a worker with other settings.
  system = await startTestSystem({
    env: { SLUICE_DELIVERY_SHARDS: '2', SLUICE_QUEUES: 'workflows,backfills,deliveries,retries' },
  });
  team = await WebhookTeam.create(system);
});
afterAll(async () => {
  await endCommands();
  await team.close();
  await system.stop();
});

function sluice(args: readonly string[], env: Record<string, string> = {}): RunningCommand {
  return runSluice(args, { ...system.system.env, SLUICE_DELIVERY_SHARDS: OTHER, ...env });
}

async function states(): Promise<ExecutionState[]> {
  return Promise.all([0, 1, 2, 3].map((shard) => executionState(system.temporal, deliveryShardWorkflowId(shard))));
}

test('setup and a worker of deliveries with another number end, and say what to do', async () => {
  for (const args of [['setup'], ['worker', '--queues', 'deliveries']]) {
    const command = sluice(args);
    expect(await command.ended).toEqual({ code: 1, signal: null });
    expect(command.stderr()).toContain('divided into 2 shards');
    expect(command.stderr()).toContain('Set SLUICE_DELIVERY_SHARDS=2');
  }
  const doctor = sluice(['doctor', '--json']);
  await doctor.ended;
  const { checks } = JSON.parse(doctor.stdout()) as { checks: { check: string }[] };
  expect(checks.find(({ check }) => check === 'delivery.shards')).toMatchObject({ status: 'fail' });
  expect(await states()).toEqual(['open', 'open', 'missing', 'missing']);
});

test('maintenance starts the shards that the deployment has, whatever its worker is told', async () => {
  const worker = sluice(['worker', '--queues', 'exports']);
  await worker.line(/^worker serves exports/);
  const cleanUp = await byHand(system.temporal, MAINTENANCE_SCHEDULES.cleanUp);
  await system.temporal.client.workflow.getHandle(deliveryShardWorkflowId(1)).terminate('by a test');
  await cleanUp();
  expect(await states()).toEqual(['open', 'open', 'missing', 'missing']);
  worker.kill('SIGTERM');
  expect(await worker.ended).toEqual({ code: 0, signal: null });
});

test('a worker of deliveries waits for Postgres, says so, and ends in peace', async () => {
  const [port, away] = [await freePort(), await freePort()];
  const database = new URL(system.config.postgres.url);
  database.port = String(away);
  const worker = sluice(['worker', '--queues', 'deliveries'], {
    DATABASE_URL: database.href,
    SLUICE_METRICS_PORT: String(port),
  });
  const ask = async (path: string): Promise<[number, unknown]> => {
    const response = await fetch(`http://127.0.0.1:${String(port)}${path}`);
    return [response.status, await response.json()];
  };
  await eventually(async () => expect(await ask('/readyz')).toEqual([503, { status: 'starting', away: ['postgres'] }]));
  expect(await ask('/healthz')).toEqual([200, { status: 'ok' }]);
  worker.kill('SIGTERM');
  expect(await worker.ended).toEqual({ code: 0, signal: null });
});

/** What docs/deploy says of changing the number. */
test('the number is changed while no worker delivers, and nothing is lost', async () => {
  const hooks = await Promise.all(Array.from({ length: 6 }, () => team.hook()));
  const before = await team.capture([{}, {}]);
  await Promise.all(hooks.map((hook) => untilAccepted(hook, before)));
  await system.system.worker.stop();
  const meanwhile = await team.capture([{}, {}]);
  for (const shard of [0, 1]) {
    await system.temporal.client.workflow.getHandle(deliveryShardWorkflowId(shard)).terminate('another number');
  }
  await inPostgres(system, `UPDATE delivery_division SET shards = ${OTHER}`, []);
  const worker = sluice(['worker', '--queues', 'workflows,deliveries,retries']);
  await worker.line(/^worker serves/);
  const after = await team.capture([{}, {}]);
  for (const hook of hooks) {
    await untilAccepted(hook, [...before, ...meanwhile, ...after], 60_000);
    expect(hook.receiver.deliveredIds()).toHaveLength(6);
  }
  expect(await states()).toEqual(['open', 'open', 'open', 'open']);
  worker.kill('SIGTERM');
  expect(await worker.ended).toEqual({ code: 0, signal: null });
});
