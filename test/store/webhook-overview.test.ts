import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { setHealth } from '../../store/endpoint-state.ts';
import { webhookOverview } from '../../store/webhook-standings.ts';
import { newTeam, newWebhook, startStore, type StoreFixture } from './fixtures.ts';

let store: StoreFixture;

beforeAll(async () => {
  store = await startStore();
});
afterAll(() => store.stop());

async function webhooks(teamId: number): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < 4; index += 1) {
    ids.push((await newWebhook(store, teamId)).id);
  }
  return ids;
}

test('groups are those of all webhooks, however many are shown, and what needs somebody is shown first', async () => {
  const teamId = await newTeam(store);
  const [oldest = '', , third = ''] = await webhooks(teamId);
  await webhooks(await newTeam(store));
  await setHealth(store.db, { destinationId: oldest, to: 'gone', evidence: {} });
  await store.db.kysely.updateTable('destinations').set({ status: 'paused' }).where('id', '=', third).execute();
  await store.db.kysely
    .updateTable('destinationCursors')
    .set({ positionMicros: 7 })
    .where('destinationId', '=', third)
    .execute();
  const all = await webhookOverview(store.db, { teamId, limit: 4 });
  const some = await webhookOverview(store.db, { teamId, limit: 1 });
  const byState = ({ groups }: typeof all): object => groups.toSorted((a, b) => (a.state < b.state ? -1 : 1));
  expect(byState(all)).toMatchObject([
    { state: 'gone', count: 1 },
    { state: 'healthy', count: 2 },
    { state: 'paused', count: 1, positionMicros: 7 },
  ]);
  expect(byState(some)).toEqual(byState(all));
  expect(all.standings.map(({ id }) => id)).toHaveLength(4);
  expect(some.standings.map(({ id }) => id)).toEqual([oldest]);
});
