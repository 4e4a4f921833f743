import type { PropertyNames } from '../../core/activity.ts';
import type { ClickHouse } from '../client.ts';
import { PROFILES } from '../profiles.ts';

const SETTINGS = { ...PROFILES.backfill, max_execution_time: 5 } as const;
const LOOKED_AT = 500;
/** Larger ones would be read for the sake of a few names. */
const MAX_BYTES = 64 * 1024;
const MAX_NAMES = 200;
/** A filter takes no longer ones. */
const MAX_NAME_BYTES = 400;

/** The names that the newest events since then have in their properties, the most frequent first. */
export async function propertyNames(
  ch: ClickHouse,
  { teamId, since }: { teamId: number; since: Date },
): Promise<PropertyNames> {
  const rows = await ch.rows<{ source: string; name: string }>({
    sql: `SELECT place.1 AS source, place.2 AS name FROM (
        SELECT arrayJoin(arrayConcat(
          arrayMap(name -> ('event', name), JSONExtractKeys(properties)),
          arrayMap(name -> ('person', name), JSONExtractKeys(person_properties)))) AS place
        FROM (
          SELECT properties, person_properties FROM event_log
          WHERE team_id = {team:UInt32} AND inserted_at >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')
            AND length(properties) + length(person_properties) <= {bytes:UInt32}
          ORDER BY inserted_at DESC LIMIT {events:UInt32}))
      WHERE name != '' AND length(name) <= {nameBytes:UInt32}
      GROUP BY source, name ORDER BY count() DESC, name LIMIT {names:UInt32} BY source`,
    params: {
      ...{ team: teamId, since: since.getTime(), events: LOOKED_AT },
      ...{ bytes: MAX_BYTES, names: MAX_NAMES, nameBytes: MAX_NAME_BYTES },
    },
    settings: SETTINGS,
  });
  const of = (wanted: string): string[] => rows.flatMap(({ source, name }) => (source === wanted ? [name] : []));
  return { event: of('event'), person: of('person') };
}
