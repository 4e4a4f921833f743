import { messageStates } from '../clickhouse/message-states.ts';
import { readEventsByKeys, type EventPlace } from '../clickhouse/tail.ts';
import { clickhouseTime, microsOf } from '../core/time.ts';
import type { TailEvent } from '../core/webhook-event.ts';
import type { MessagePort, WaitingMessage } from '../delivery/shard/ports.ts';
import {
  destinationsWaitedFor,
  noteHandedOver,
  readMessages,
  waitingMessages,
  type MessageRecord,
} from '../store/messages.ts';
import type { ActivityDeps } from './deps.ts';

const NOBODY = '00000000-0000-0000-0000-000000000000';
/** So that one look brings tens of megabytes at most, whatever the payloads. */
const LOOK = { ofEach: 50, limit: 200 };

type Deps = Pick<ActivityDeps, 'db' | 'clickhouse'>;

/** A message as everything that delivers events knows it. */
export function eventOfMessage({ id, teamId, eventType, payload, createdAt, expiresAt }: MessageRecord): TailEvent {
  const insertedAtMicros = microsOf(createdAt);
  return {
    ...{ teamId, uuid: id, event: eventType, distinctId: '', propertiesJson: payload },
    ...{ personId: NOBODY, personPropertiesJson: '{}', insertedAtMicros },
    timestamp: `${clickhouseTime(insertedAtMicros).replace(' ', 'T')}Z`,
    message: { expiresAtMs: expiresAt.getTime() },
  };
}

/** Events and messages by their keys: what is not in the event log may be a message. Unknown ones are left out. */
export async function readDeliverables(
  { db, clickhouse }: Deps,
  teamId: number,
  keys: readonly EventPlace[],
  readEvents = readEventsByKeys,
): Promise<TailEvent[]> {
  const events = await readEvents(clickhouse, teamId, keys);
  const found = new Set(events.map(({ uuid }) => uuid));
  const others = keys.filter(({ uuid }) => !found.has(uuid)).map(({ uuid }) => uuid);
  return [...events, ...(await readMessages(db, teamId, others)).map(eventOfMessage)];
}

/** Messages as a shard sees them: rows in Postgres say what waits, the attempt log what was done already. */
export function messagePort(deps: Deps): MessagePort {
  return {
    waiting: async (destinations, held) => {
      const destinationIds = (await destinationsWaitedFor(deps.db)).filter((id) => destinations.has(id));
      const rows = await waitingMessages(deps.db, { destinationIds, held, ...LOOK });
      return withStates(deps, rows);
    },
    handedOver: (uuids) => noteHandedOver(deps.db, uuids),
  };
}

async function withStates({ clickhouse }: Deps, rows: readonly MessageRecord[]): Promise<WaitingMessage[]> {
  const states = await messageStates(
    clickhouse,
    rows.map(({ id, destinationId }) => ({ destinationId, uuid: id })),
  );
  return rows.map((row) => {
    const state = states.get(row.id);
    return {
      destinationId: row.destinationId,
      event: eventOfMessage(row),
      attemptsMade: state?.attempts ?? 0,
      settled: state !== undefined && state.outcome !== null,
    };
  });
}
