import { expect } from '@jest/globals';
import { clickhouseTime, type Micros } from '../../../core/time.ts';
import { readCursors } from '../../../store/delivery.ts';
import type { Database } from '../../../store/database.ts';
import { eventually } from '../../support/eventually.ts';
import type { TestSystem } from '../../support/test-system.ts';

/** When ClickHouse took the event: of several copies, the first. */
export async function insertedAt({ clickhouse }: TestSystem, uuid: string): Promise<Micros> {
  const [row] = await clickhouse.rows<{ micros: Micros }>({
    sql: `SELECT toUnixTimestamp64Micro(min(inserted_at)) AS micros FROM event_log WHERE uuid = {uuid:UUID}`,
    params: { uuid },
  });
  return row?.micros ?? 0;
}

/** A row that becomes visible now but was stamped earlier, as an insert leaves it that took its time. */
export async function insertStampedAt(
  { clickhouse }: TestSystem,
  row: { teamId: number; uuid: string; atMicros: Micros },
): Promise<void> {
  const at = clickhouseTime(row.atMicros);
  await clickhouse.insert(
    'event_log',
    ['team_id', 'inserted_at', 'uuid', 'event', 'distinct_id', 'properties', 'timestamp'],
    [
      {
        team_id: row.teamId,
        inserted_at: at,
        uuid: row.uuid,
        event: 'signed up',
        distinct_id: 'user',
        properties: '{}',
        timestamp: at,
      },
    ],
  );
}

/**
 * Waits until the destination's checkpoint has passed this time: all that was visible up to there is settled, so
 * what has not been sent until now never will be. Checkpoints move with events, so it needs some: `keepCapturing`.
 */
export async function untilCheckpointAfter(
  db: Database,
  destinationId: string,
  micros: Micros,
  keepCapturing: () => Promise<void>,
): Promise<void> {
  await eventually(
    async () => {
      await keepCapturing();
      const cursor = (await readCursors(db, [destinationId])).get(destinationId);
      expect(cursor?.positionMicros).toBeGreaterThan(micros);
    },
    { timeoutMs: 60_000, intervalMs: 200 },
  );
}
