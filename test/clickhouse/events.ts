import { randomUUID } from 'node:crypto';
import type { ClickHouse } from '../../clickhouse/client.ts';
import type { CapturedEvent } from '../../clickhouse/insert-events.ts';
import { clickhouseTime, type Micros } from '../../core/time.ts';

const DAY_MS = 86_400_000;
/** Noon of yesterday, by UTC: tables forget what was ingested long ago, so no date that is written down stays good. */
export const YESTERDAY_NOON_MS = Math.floor(Date.now() / DAY_MS) * DAY_MS - DAY_MS / 2;

export function capturedEvent(changes: Partial<CapturedEvent> = {}): CapturedEvent {
  return {
    teamId: 1,
    uuid: randomUUID(),
    event: 'signed up',
    distinctId: 'user-1',
    propertiesJson: '{"plan":"free"}',
    personId: '00000000-0000-0000-0000-000000000000',
    personPropertiesJson: '{}',
    timestamp: '2026-11-20 12:00:00.000001',
    ...changes,
  };
}

/** Rows with a chosen time of ingestion, as if their insert had been slow. */
export async function insertAt(
  ch: ClickHouse,
  rows: readonly (Partial<CapturedEvent> & { insertedAtMicros: Micros })[],
): Promise<void> {
  const values = rows.map(({ insertedAtMicros, ...changes }) => {
    const event = capturedEvent(changes);
    return {
      team_id: event.teamId,
      inserted_at: clickhouseTime(insertedAtMicros),
      uuid: event.uuid,
      event: event.event,
      distinct_id: event.distinctId,
      properties: event.propertiesJson,
      person_properties: event.personPropertiesJson,
      person_id: event.personId,
      timestamp: event.timestamp,
    };
  });
  await ch.insert('event_log', Object.keys(values[0] ?? {}), values);
}
