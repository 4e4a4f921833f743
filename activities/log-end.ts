import { Context } from '@temporalio/activity';
import { oldestLogged } from '../clickhouse/events-gap.ts';
import { countForgotten, oldestMatching, oldestWaiting } from '../clickhouse/log-end.ts';
import { LOG_KEPT_MS, LOG_WARNING_MS } from '../core/log-reach.ts';
import { MICROS_PER_MS, type Micros } from '../core/time.ts';
import type { LaneConfig } from '../delivery/shard/lane-config.ts';
import { forgetLogEnd, listNearLogEnd, noteLost, saveLogEnd, type LogEndState } from '../store/log-ends.ts';
import { readWebhooks } from '../store/webhooks.ts';
import type { ActivityDeps } from './deps.ts';
import { giveUpParked } from './forgotten-parked.ts';
import { laneConfig } from './lane-configs.ts';
import { countLost } from './lost-deliveries.ts';
import { tellOfLogEnd, tellOfLoss } from './log-end-notices.ts';

/** For one look. More are told of when these are through; the oldest first. */
const MAX_WEBHOOKS = 2_000;

interface Look {
  /** What was ingested before will soon be forgotten. */
  warnMicros: Micros;
  /** What was ingested before is forgotten. */
  endMicros: Micros;
  nowMs: number;
}

/**
 * Warns of webhooks, paused ones too, for which events wait that the event log will soon forget, and puts on record, once, what it
 * has forgotten before they could be sent it. A failure of it holds up no audit; the next look goes on from what was told.
 */
export async function watchLogEnd(deps: ActivityDeps, nowMicros: Micros): Promise<void> {
  try {
    await giveUpParked(deps, nowMicros);
    const look = await lookAt(deps, nowMicros);
    const waiting = await oldestWaiting(deps.clickhouse, look.warnMicros);
    const query = { beforeMicros: look.warnMicros, ids: [...waiting.keys()], limit: MAX_WEBHOOKS };
    const near = new Map((await listNearLogEnd(deps.db, query)).map((state) => [state.destinationId, state]));
    const webhooks = await readWebhooks(deps.db, deps.box, [...near.keys()], (destinationId, err) => {
      deps.logger.warn({ err, destinationId }, 'a webhook cannot be read; what waits for it is not looked at');
    });
    for (const webhook of webhooks) {
      Context.current().heartbeat();
      const state = near.get(webhook.id);
      if (state !== undefined) {
        await attend(deps, look, { config: laneConfig(webhook), state, waitingMicros: waiting.get(webhook.id) });
      }
    }
  } catch (error) {
    deps.logger.warn({ err: error }, 'webhooks near the end of the event log could not be looked up');
  }
}

async function lookAt({ clickhouse }: ActivityDeps, nowMicros: Micros): Promise<Look> {
  const keptMicros = nowMicros - LOG_KEPT_MS * MICROS_PER_MS;
  return {
    warnMicros: nowMicros - LOG_WARNING_MS * MICROS_PER_MS,
    // Days go as a whole: older rows may be there for some hours yet.
    endMicros: Math.min(keptMicros, (await oldestLogged(clickhouse)) ?? keptMicros),
    nowMs: nowMicros / MICROS_PER_MS,
  };
}

interface Attended {
  config: LaneConfig;
  state: LogEndState;
  /** Of what is parked or retried. */
  waitingMicros: Micros | undefined;
}

/** What fails for one webhook is left to the next look. */
async function attend(deps: ActivityDeps, look: Look, attended: Attended): Promise<void> {
  try {
    await noteForgotten(deps, look, attended);
    await warnOfWaiting(deps, look, attended);
  } catch (error) {
    const { destinationId } = attended.config;
    deps.logger.warn({ err: error, destinationId }, 'a webhook near the end of the event log could not be looked at');
  }
}

async function noteForgotten(deps: ActivityDeps, look: Look, { config, state }: Attended): Promise<void> {
  const range = { startMicros: state.toldMicros ?? state.cursorMicros, endMicros: look.endMicros };
  if (range.startMicros >= range.endMicros) {
    return;
  }
  const { destinationId, teamId, name, filter } = config;
  const scope = { teamId, filter, range };
  const events = isExpiring(config) ? 0 : await countForgotten(deps.clickhouse, scope, destinationId);
  const lost = { destinationId, teamId, name, range, events };
  await noteLost(deps.db, lost);
  if (events > 0) {
    countLost(deps, state.status, events);
    await tellOfLoss(deps, lost);
  }
}

async function warnOfWaiting(deps: ActivityDeps, look: Look, attended: Attended): Promise<void> {
  const { config, state } = attended;
  const { destinationId } = config;
  const oldestMicros = Math.min(
    (await oldestUnread(deps, look, attended)) ?? Infinity,
    attended.waitingMicros ?? Infinity,
  );
  const isWaiting = Number.isFinite(oldestMicros);
  if (!isWaiting && state.cursorMicros >= look.endMicros) {
    await forgetLogEnd(deps.db, destinationId);
    return;
  }
  // Up to the end all is told now. What a cursor passes that is not near is settled, and no longer on record when the end comes.
  const toldMicros = isNear(state, look) ? Math.max(state.toldMicros ?? state.cursorMicros, look.endMicros) : null;
  await saveLogEnd(deps.db.kysely, destinationId, { toldMicros, waitingMicros: isWaiting ? oldestMicros : null });
  if (isWaiting) {
    await tellOfLogEnd(deps, config, { status: state.status, oldestMicros, nowMs: look.nowMs });
  }
}

/** Of the backlog behind the cursor. */
async function oldestUnread(deps: ActivityDeps, look: Look, { config, state }: Attended): Promise<Micros | undefined> {
  if (!isNear(state, look) || isExpiring(config)) {
    return undefined;
  }
  const range = { startMicros: state.cursorMicros, endMicros: look.warnMicros };
  return oldestMatching(deps.clickhouse, { teamId: config.teamId, filter: config.filter, range });
}

function isNear({ cursorMicros }: LogEndState, { warnMicros }: Look): boolean {
  return cursorMicros < warnMicros;
}

/** With a time to live of its own nothing waits for as long as the log keeps it. */
function isExpiring({ ttlMs }: LaneConfig): boolean {
  return ttlMs !== undefined;
}
