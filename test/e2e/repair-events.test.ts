import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import type { RepairEventsResult } from '../../activities/types.ts';
import { MAINTENANCE_SCHEDULES } from '../../core/ids.ts';
import { eventually } from '../support/eventually.ts';
import { byHand } from '../support/schedules.ts';
import { startTestSystem, type TestSystem } from '../support/test-system.ts';
import { captureEvents } from './support/export-events.ts';

jest.setTimeout(180_000);

const LOST = 100;
const KEPT = 40;

let system: TestSystem;
let look: () => Promise<RepairEventsResult>;

beforeAll(async () => {
  system = await startTestSystem();
  look = await byHand(system.temporal, MAINTENANCE_SCHEDULES.repairEvents);
});
afterAll(() => system.stop());

async function stored(table: string, teamId: number): Promise<number> {
  const [row] = await system.clickhouse.rows<{ uuids: number }>({
    sql: `SELECT uniqExact(uuid) AS uuids FROM ${table} WHERE team_id = {team:UInt32}`,
    params: { team: teamId },
  });
  return row?.uuids ?? 0;
}

test('events that the view did not write are added by the next look, and by none after it', async () => {
  const { clickhouse } = system;
  const { teamId, captureToken } = await system.newTeam();
  const [view] = await clickhouse.rows<{ sql: string }>({
    sql: "SELECT create_table_query AS sql FROM system.tables WHERE database = currentDatabase() AND name = 'events_mv'",
  });
  await clickhouse.command({ sql: 'DROP VIEW events_mv' });
  await captureEvents(system.system.apiUrl, captureToken, { events: LOST, repeated: 10 });
  await clickhouse.command({ sql: view?.sql ?? '' });
  await captureEvents(system.system.apiUrl, captureToken, { events: KEPT, repeated: 0 });
  expect(await stored('events', teamId)).toBe(KEPT);

  let [repaired, compared] = [0, 0];
  await eventually(
    async () => {
      const result = await look();
      repaired += result.repaired;
      compared += result.compared;
      expect(compared).toBeGreaterThanOrEqual(LOST + KEPT);
    },
    { timeoutMs: 60_000, intervalMs: 500 },
  );
  expect(repaired).toBe(LOST);
  expect(await stored('events', teamId)).toBe(LOST + KEPT);
  expect(await look()).toMatchObject({ repaired: 0, more: false });
});
