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
  type MessageWithTime,
} from '../store/messages.ts';
import type { ActivityDeps } from './deps.ts';

const NOBODY = '00000000-0000-0000-0000-000000000000';
/** So that one look brings tens of megabytes at most, whatever the payloads. */
const LOOK = { ofEach: 50, limit: 200 };

type Deps = Pick<ActivityDeps, 'db' | 'clickhouse' | 'eventClock'>;

/**
 * Messages as everything that delivers events knows them. How much is left of their time Postgres says, whose clock it is: it ends by
 * the clock of events, like that of everything else.
 */
async function eventsOf<Record extends MessageWithTime>(
  { eventClock }: Pick<Deps, 'eventClock'>,
  rows: readonly Record[],
): Promise<{ row: Record; event: TailEvent }[]> {
  const nowMs = rows.length === 0 ? 0 : await eventClock.recentMs();
  return rows.map((row) => ({ row, event: eventOfMessage(row, nowMs) }));
}

function eventOfMessage(row: MessageWithTime, nowMs: number): TailEvent {
  const { id, teamId, eventType, payload, createdAt, leftMs } = row;
  const insertedAtMicros = microsOf(createdAt);
  return {
    ...{ teamId, uuid: id, event: eventType, distinctId: '', propertiesJson: payload },
    ...{ personId: NOBODY, personPropertiesJson: '{}', insertedAtMicros },
    timestamp: `${clickhouseTime(insertedAtMicros).replace(' ', 'T')}Z`,
    message: { expiresAtMs: Math.ceil(nowMs + leftMs) },
  };
}

/** Events and messages by their keys: what is not in the event log may be a message. Unknown ones are left out. */
export async function readDeliverables(
  { db, clickhouse, eventClock }: Deps,
  teamId: number,
  keys: readonly EventPlace[],
  readEvents = readEventsByKeys,
): Promise<TailEvent[]> {
  const events = await readEvents(clickhouse, teamId, keys);
  const found = new Set(events.map(({ uuid }) => uuid));
  const others = keys.filter(({ uuid }) => !found.has(uuid)).map(({ uuid }) => uuid);
  const messages = await eventsOf({ eventClock }, await readMessages(db, teamId, others));
  return [...events, ...messages.map(({ event }) => event)];
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

async function withStates(
  { clickhouse, eventClock }: Deps,
  rows: readonly MessageWithTime[],
): Promise<WaitingMessage[]> {
  const states = await messageStates(
    clickhouse,
    rows.map(({ id, destinationId }) => ({ destinationId, uuid: id })),
  );
  const messages = await eventsOf({ eventClock }, rows);
  return messages.map(({ row: { id, destinationId }, event }) => {
    const state = states.get(id);
    const settled = state !== undefined && state.outcome !== null;
    return { destinationId, event, attemptsMade: state?.attempts ?? 0, settled };
  });
}
