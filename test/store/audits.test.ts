import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { listAudits, saveAudit, type AuditState } from '../../store/audits.ts';
import { createDestination, setDestinationStatus, updateDestination } from '../../store/destinations.ts';
import { getMaintenancePosition, saveMaintenancePosition } from '../../store/maintenance.ts';
import { newTeam, startStore, type StoreFixture } from './fixtures.ts';

const START = 1_795_000_000_000_000;

let store: StoreFixture;
let teamId: number;

beforeAll(async () => {
  store = await startStore();
  teamId = await newTeam(store);
});
afterAll(() => store.stop());

async function webhook(): Promise<string> {
  const config = { url: 'https://example.com', events: ['a'] };
  const input = { teamId, kind: 'webhook', name: 'w', config, secretFields: [], startMicros: START };
  return (await createDestination(store.db, store.box, input)).id;
}

async function auditOf(id: string): Promise<AuditState | undefined> {
  return (await listAudits(store.db)).find(({ destinationId }) => destinationId === id);
}

test('an audit begins where the webhook does and never goes back', async () => {
  const id = await webhook();
  expect(await auditOf(id)).toEqual({
    ...{ destinationId: id, auditedMicros: START, cursorMicros: START, filterAgeMicros: null },
  });
  await saveAudit(store.db, id, START + 5);
  await saveAudit(store.db, id, START + 3);
  expect(await auditOf(id)).toMatchObject({ auditedMicros: START + 5 });
});

test('only a change of the filter counts as one', async () => {
  const id = await webhook();
  const change = async (events: string[], name: string): Promise<void> => {
    const config = { values: { url: 'https://example.com/2', events }, secretFields: [] };
    await updateDestination(store.db, store.box, { teamId, id, patch: { name, config } });
  };
  await change(['a'], 'renamed');
  await setDestinationStatus(store.db, { teamId, id, status: 'paused' });
  expect(await auditOf(id)).toMatchObject({ filterAgeMicros: null });
  await change(['b'], 'changed');
  const age = (await auditOf(id))?.filterAgeMicros;
  expect(age).toBeGreaterThanOrEqual(0);
  expect(age).toBeLessThan(60_000_000);
});

test('a position of maintenance never goes back', async () => {
  expect(await getMaintenancePosition(store.db, 'p')).toBeUndefined();
  await saveMaintenancePosition(store.db, 'p', START);
  await saveMaintenancePosition(store.db, 'p', START - 1);
  expect(await getMaintenancePosition(store.db, 'p')).toBe(START);
});
