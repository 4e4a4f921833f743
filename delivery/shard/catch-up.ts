import type { Micros } from '../../core/time.ts';
import type { Lane } from './lane.ts';
import { PAGE_ROWS } from './lane-queue.ts';
import type { TailEvent } from '../../core/webhook-event.ts';
import type { EventKey, SourcePort } from './ports.ts';

/** Keys of the overlap window that one step compares with what the lane knows. */
const WINDOW_KEYS = 200_000;

/**
 * Moves a lane that is behind one step forward. Rows older than the overlap cannot change any more and are read by
 * keyset; the overlap itself is compared key by key with what the lane has taken. A lane whose window holds nothing
 * unknown is live. True when the step may be repeated at once.
 *
 * Reading the window starts by `joining`: from then on the shared tail offers its rows too, so a row is either visible
 * to the read or offered later; the lane drops what it gets twice.
 */
export async function catchUpStep(
  lane: Lane,
  source: SourcePort,
  { overlapMs }: { overlapMs: number },
): Promise<boolean> {
  lane.lag.reads();
  if (!(await lane.waitForRoom(PAGE_ROWS))) {
    return false;
  }
  const isFresh = lane.settledUntilMicros <= lane.cursor.position.positionMicros;
  if (isFresh) {
    lane.settledUntilMicros = (await source.nowMicros()) - overlapMs * 1_000;
  }
  const horizon = lane.settledUntilMicros;
  if (lane.cursor.position.positionMicros < horizon) {
    const isThere = await readSettledRange(lane, source, horizon);
    if (!isThere || !isFresh) {
      return true;
    }
  }
  // At once: the horizon moves on with the clock, and a lane that went for the next one would never arrive.
  return joinTail(lane, source);
}

/** Reads one page, which moves on also where nothing matches. True when the lane has taken everything up to the horizon. */
async function readSettledRange(lane: Lane, source: SourcePort, horizon: Micros): Promise<boolean> {
  const { positionMicros, afterUuid } = lane.cursor.position;
  const query = {
    teamId: lane.config.teamId,
    fromMicros: positionMicros,
    ...(afterUuid === null ? {} : { afterUuid }),
    untilMicros: horizon,
    filter: lane.config.filter,
  };
  const { events, next } = await lane.pageSize.page((limit) => source.readRange({ ...query, limit }));
  if (positionChanged(lane, positionMicros, afterUuid)) {
    return false;
  }
  for (const event of events) {
    lane.take(event);
  }
  lane.cursor.advance(next ?? { positionMicros: horizon, afterUuid: null });
  return next === undefined;
}

/** An event given back while the page was read has moved the position back; the page must not move it forward again. */
function positionChanged(lane: Lane, positionMicros: Micros, afterUuid: string | null): boolean {
  const { position } = lane.cursor;
  return lane.suspended || position.positionMicros !== positionMicros || position.afterUuid !== afterUuid;
}

async function joinTail(lane: Lane, source: SourcePort): Promise<boolean> {
  lane.mode = 'joining';
  const keys = await source.readKeys({
    teamIds: [lane.config.teamId],
    fromMicros: lane.cursor.position.positionMicros,
    limit: WINDOW_KEYS,
    filter: lane.config.filter,
  });
  const unknown = keys.filter((key) => !lane.cursor.knows(key.uuid));
  if (unknown.length === 0) {
    // Still joining: nothing was given back or refused while the window was read.
    if (stillJoining(lane) && keys.length < WINDOW_KEYS) {
      lane.mode = 'live';
    }
    return false;
  }
  await takeAll(lane, source, unknown);
  return true;
}

/** Page by page as the queue has room: reading the window's keys anew for each page would cost more than the events. */
async function takeAll(lane: Lane, source: SourcePort, keys: readonly EventKey[]): Promise<void> {
  const read = (page: readonly EventKey[]): Promise<TailEvent[]> => source.readEventsByKeys(lane.config.teamId, page);
  if (!(await lane.waitForRoom(PAGE_ROWS))) {
    return;
  }
  for await (const events of lane.pageSize.pages(keys, read)) {
    for (const event of events) {
      if (lane.room > 0) {
        lane.take(event);
      }
    }
    if (!(await lane.waitForRoom(PAGE_ROWS))) {
      return;
    }
  }
}

/** A function of its own because the lane may have changed its mode during an await. */
function stillJoining(lane: Lane): boolean {
  return lane.mode === 'joining';
}
