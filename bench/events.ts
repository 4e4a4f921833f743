import type { ClickHouse } from '../clickhouse/client.ts';
import type { MicrosRange } from '../core/time.ts';

export interface EventSet {
  teamId: number;
  rows: number;
  /** Ingestion times are spread evenly over it. */
  range: MicrosRange;
}

/** One INSERT … SELECT holds this many rows, so that a data set of any size is made in bounded memory. */
const ROWS_PER_INSERT = 500_000;

/**
 * Varied JSON of about 600 bytes, as web analytics sends it: ids that do not compress, names that do, numbers beyond
 * 2^53, text beyond ASCII, a nested object and a list.
 */
const PROPERTIES = `concat(
  '{"$lib":"web","$lib_version":"1.', toString(h % 200), '.', toString(h % 7),
  '","$current_url":"https://shop.example.com/', pick(['shoes', 'books', 'garden', 'toys', 'music', 'kitchen'], 3), '/',
  lower(hex(h)), '?utm_source=', pick(['newsletter', 'search', 'partner', 'social'], 5), '&page=', toString(h % 50),
  '","$referrer":"https://www.example.', pick(['org', 'net', 'io', 'de'], 7), '/","$browser":"',
  pick(['Chrome', 'Firefox', 'Safari', 'Edge'], 11), '","$browser_version":', toString(90 + h % 40), ',"$os":"',
  pick(['Windows', 'Mac OS X', 'Linux', 'Android', 'iOS'], 13), '","$device_id":"', toString(generateUUIDv4(1)),
  '","$session_id":"', toString(generateUUIDv4(2)), '","$screen_width":', toString(320 + h % 3520),
  ',"$ip":"10.', toString(h % 256), '.', toString(intDiv(h, 256) % 256), '.', toString(intDiv(h, 65536) % 256),
  '","account_id":', toString(9007199254740993 + h % 1000000), ',"price":', toString((h % 100000) / 100),
  ',"currency":"EUR","title":"Größe ', pick(['S', 'M', 'L'], 17), ' – ', pick(['blau', 'rot', 'grün'], 19),
  ' \\\\"', toString(h % 9999), '\\\\"","tags":["', pick(['new', 'sale', 'gift'], 23), '","', pick(['a', 'b'], 29),
  '"],"experiment":{"name":"checkout-', toString(h % 12), '","variant":"', pick(['control', 'test'], 31), '"}}')`;

function insertSql({ teamId, rows, range }: EventSet, from: number, to: number): string {
  const { startMicros, endMicros } = range;
  const spanMicros = endMicros - startMicros;
  // \`pick\` is spelled out: a lambda of the outer query cannot be shared between columns.
  const properties = PROPERTIES.replaceAll(
    /pick\((\[[^\]]*\]), (\d+)\)/g,
    (_text, list: string, salt: string) => `${list}[1 + cityHash64(h, ${salt}) % length(${list})]`,
  );
  return `INSERT INTO event_log (team_id, inserted_at, uuid, event, distinct_id, properties, person_id,
      person_properties, timestamp, created_at)
    WITH cityHash64(number, 42) AS h,
      fromUnixTimestamp64Micro(${String(startMicros)} + intDiv(toInt64(number) * ${String(spanMicros)}, ${String(rows)}), 'UTC') AS at
    SELECT ${String(teamId)}, at, generateUUIDv4(3),
      ['$pageview', '$autocapture', 'order completed', 'sign up', 'search'][1 + cityHash64(h, 1) % 5],
      concat('user_', toString(h % 200000)), ${properties}, generateUUIDv4(4),
      concat('{"plan":"', ['free', 'team', 'scale'][1 + cityHash64(h, 2) % 3], '","seats":', toString(h % 500), '}'),
      at - toIntervalMillisecond(h % 5000), at
    FROM numbers(${String(from)}, ${String(to - from)})`;
}

/** Makes the events inside ClickHouse, then merges, so that no merge runs beside what is measured. */
export async function fillEvents(clickhouse: ClickHouse, set: EventSet): Promise<void> {
  for (let from = 0; from < set.rows; from += ROWS_PER_INSERT) {
    await clickhouse.command({ sql: insertSql(set, from, Math.min(from + ROWS_PER_INSERT, set.rows)) });
  }
  for (const table of ['event_log', 'event_first_seen', 'events']) {
    await clickhouse.command({ sql: `OPTIMIZE TABLE ${table} FINAL` });
  }
  const [found] = await clickhouse.rows<{ rows: number }>({
    sql: 'SELECT count() AS rows FROM event_log WHERE team_id = {team:UInt32}',
    params: { team: set.teamId },
  });
  if (found?.rows !== set.rows) {
    throw new Error(`made ${String(found?.rows)} events instead of ${String(set.rows)}`);
  }
}

/** Mean length of the properties, to be told with the figures. */
export async function meanPropertiesBytes(clickhouse: ClickHouse, teamId: number): Promise<number> {
  const [found] = await clickhouse.rows<{ bytes: number }>({
    sql: 'SELECT avg(length(properties)) AS bytes FROM event_log WHERE team_id = {team:UInt32}',
    params: { team: teamId },
  });
  return found?.bytes ?? 0;
}
