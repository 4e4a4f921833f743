import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { remindOfResumes } from '../../activities/remind-of-resumes.ts';
import { webhookWorkflowId } from '../../core/ids.ts';
import { EndpointWorld } from './endpoint-world.ts';

let world: EndpointWorld;
beforeAll(async () => {
  world = await EndpointWorld.start();
}, 120_000);
afterAll(() => world.stop());

test('the workflow of a webhook that thinks it is paused hears that it was resumed, but not of one that is paused, deleted or just resumed', async () => {
  const [resumed, paused, deleted, just] = await Promise.all([
    world.webhook('healthy'),
    world.webhook('healthy'),
    world.webhook('healthy'),
    world.webhook('healthy'),
  ]);
  const db = world.store.db.kysely;
  const longAgo = { updatedAt: sql<Date>`now() - interval '1 hour'` };
  const change = (id: string, values: object): Promise<unknown> =>
    db.updateTable('destinations').set(values).where('id', '=', id).execute();
  await change(resumed.id, longAgo);
  await change(paused.id, { ...longAgo, status: 'paused' });
  await change(deleted.id, { ...longAgo, deletedAt: sql<Date>`now()` });
  const queries: string[] = [];
  const list = ({ query }: { query: string }): { workflowId: string }[] => {
    queries.push(query);
    return [resumed, paused, deleted, just].map(({ id }) => ({ workflowId: webhookWorkflowId(id) }));
  };
  Object.assign(world.deps.temporal.client.workflow, { list });
  expect(await world.run(remindOfResumes)).toBe(1);
  expect(world.signals).toEqual([
    { workflowId: webhookWorkflowId(resumed.id), signal: 'destinationChanged', payload: { change: 'resumed' } },
  ]);
  expect(queries).toEqual([expect.stringContaining("SluiceOutcome = 'paused_user'")]);
});
