import { randomUUID } from 'node:crypto';
import { PostHog } from 'posthog-node';
import type { ClickHouse } from '../../../clickhouse/client.ts';
import type { CapturedEvent } from '../../../clickhouse/insert-events.ts';
import { insertAt } from '../../clickhouse/events.ts';
import type { PastMinute } from './export-runs.ts';

type Row = Partial<CapturedEvent> & { insertedAtMicros: number };

/** What spoils exports: each row has one trap, spread over the minute from its first microsecond to its last. */
export function specialRows(teamId: number, minute: PastMinute): (Row & { uuid: string })[] {
  const traps: Partial<CapturedEvent>[] = [
    {
      event: 'integers beyond 2^53',
      propertiesJson: '{"big":9007199254740993,"unsigned":18446744073709551615,"negative":-9223372036854775808}',
    },
    { event: 'unicode ☃', distinctId: 'Zoë-𝒳-👩‍👩‍👧', propertiesJson: '{"text":"Zoë ☃ 𝒳 👩‍👩‍👧 \u202e \ufeff"}' },
    {
      event: '"quotes", \'single\' and \\backslash',
      distinctId: '"double" \'single\' `back` \\ , ;',
      propertiesJson: '{"q":"she said \\"hi\\" \\\\ / \\/ \'x\'"}',
    },
    {
      event: 'line\nbreak',
      distinctId: 'a\nb\r\nc\td',
      propertiesJson: '{"n":"one\\ntwo\\r\\n\\tthree",\n "key" : 1 }',
    },
    { event: 'NUL', distinctId: 'before\0after', propertiesJson: '{"nul":"a\\u0000b"}' },
    { event: 'numbers as sent', propertiesJson: '{"a":1.0,"b":1e400,"c":0.1000000000000000055511151231257827}' },
    { event: 'same key twice', propertiesJson: '{"a":1,"a":2}', timestamp: '1999-12-31 23:59:59.999999' },
    { event: 'empty', distinctId: '', propertiesJson: '{}', timestamp: '2026-01-01 00:00:00.000001' },
  ];
  const last = traps.length - 1;
  return traps.map((trap, index) => ({
    timestamp: '2026-11-20 12:00:00.123457',
    ...trap,
    teamId,
    uuid: randomUUID(),
    insertedAtMicros: index === last ? minute.endMicros - 1 : minute.startMicros + index * 1_000_001,
  }));
}

/** One row just before the minute and one at its end, which belong to its neighbours. */
export function neighbours(teamId: number, minute: PastMinute): Row[] {
  return [minute.startMicros - 1, minute.endMicros].map((insertedAtMicros) => ({ teamId, insertedAtMicros }));
}

export { insertAt as insertRows };

/**
 * `rows` rows spread evenly over the minute. Distinct ids are numbered; properties hold `bytes` bytes that no codec
 * makes smaller than half. Every tenth event is an order.
 */
export async function insertMany(
  ch: ClickHouse,
  teamId: number,
  minute: PastMinute,
  { rows, bytes }: { rows: number; bytes: number },
): Promise<void> {
  await ch.command({
    sql: `INSERT INTO event_log (team_id, inserted_at, uuid, event, distinct_id, properties, timestamp)
      SELECT {team:UInt32},
        fromUnixTimestamp64Micro({start:Int64} + intDiv(toInt64(number) * 59000000, {rows:Int64})),
        generateUUIDv4(), if(number % 10 = 0, 'order placed', 'page viewed'), concat('user-', toString(number)),
        concat('{"number":', toString(number), ',"noise":"', hex(randomString({noise:UInt32})), '"}'),
        fromUnixTimestamp64Micro({start:Int64} + toInt64(number))
      FROM numbers({rows:UInt64})`,
    params: { team: teamId, start: minute.startMicros, rows, noise: Math.floor(bytes / 2) },
  });
}

/** Sends events with PostHog's client; the first `repeated` of them once more, in requests of their own. */
export async function captureEvents(
  host: string,
  token: string,
  { events, repeated }: { events: number; repeated: number },
): Promise<void> {
  const uuids = Array.from({ length: events }, () => randomUUID());
  for (const batch of [uuids, uuids.slice(0, repeated)]) {
    const posthog = new PostHog(token, { host, flushAt: 100, disableGeoip: true });
    for (const [index, uuid] of batch.entries()) {
      const properties = { index, note: 'Zoë said "hi" ☃\n\0' };
      posthog.capture({ uuid, distinctId: `user-${String(index % 7)}`, event: 'page viewed', properties });
    }
    await posthog.shutdown(60_000);
  }
}
