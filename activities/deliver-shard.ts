import { hostname } from 'node:os';
import { Context } from '@temporalio/activity';
import type { AttemptLogWriter } from '../clickhouse/attempt-log-writer.ts';
import { dueParked, settledEvents } from '../clickhouse/attempt-queries.ts';
import { readDigests, readKeys, readPageByKeys, readTail } from '../clickhouse/tail.ts';
import { TailScans } from '../clickhouse/tail-scans.ts';
import { shardOf } from '../core/ids.ts';
import type { Paces } from '../delivery/paces.ts';
import type { TokenBucket } from '../delivery/rate-limiter.ts';
import { joinedPolls } from '../delivery/shard/joined-polls.ts';
import type { AttemptLogPort, HealthPort, ShardPorts, SourcePort } from '../delivery/shard/ports.ts';
import { DeliveryShard } from '../delivery/shard/shard.ts';
import { readCursors, saveCursors, takeShard } from '../store/delivery.ts';
import {
  DESTINATIONS_CHANNEL,
  EVENTS_CHANNEL,
  listen,
  MESSAGE_PREFIX,
  RESYNC,
  teamsTold,
  type Subscription,
} from '../store/listen.ts';
import type { Share } from '../store/webhooks.ts';
import { systemClock } from './clock.ts';
import { correctOpenRetries } from './correct-open-retries.ts';
import type { ActivityDeps } from './deps.ts';
import { healthChanges } from './health-changes.ts';
import type { HealthSteps } from './health-steps.ts';
import { maskPort } from './masks.ts';
import { messagePort, readDeliverables } from './messages.ts';
import { tellExhausted } from './operations.ts';
import { replayPort } from './replay-port.ts';
import { retryPort } from './retry-port.ts';
import { ShardConfigs } from './shard-configs.ts';
import type { ShardResult } from './types.ts';

/** One slice of a shard's life; the workflow starts the next one, so history grows by a few events an hour. */
const SLICE_MS = 60 * 60_000;
/** A fifth of the heartbeat time-out. */
const BEAT_EVERY_MS = 2_000;

/** All but `paces`, which its retries share too, are shared by the shards of the process. */
export type ShardDeps = ActivityDeps & {
  attemptLog: AttemptLogWriter;
  /** Retries of what may be parked that the process may start. */
  downStarts: TokenBucket;
  events: SourcePort;
  healthSteps: HealthSteps;
  paces: Paces;
};

/** Workers do not all ask at the same moment. */
const PHASE_MS = Math.floor(Math.random() * 1_000);

/** Owns all active webhook destinations of one shard until the slice, the worker or the workflow ends. */
export async function deliverShard(deps: ShardDeps, input: Share): Promise<ShardResult> {
  const context = Context.current();
  const owner = `${hostname()}/${String(process.pid)}`;
  const epoch = await takeShard(deps.db, { shard: input.shard, owner });
  await correctOpenRetries(deps, input);
  const configs = new ShardConfigs(deps, input);
  const health = healthChanges(deps, deps.healthSteps);
  const shard = new DeliveryShard(shardPorts(deps, { ...input, epoch }, health), {
    pollMs: deps.settings.pollMs,
    idlePollMs: deps.settings.idlePollMs,
    phaseMs: PHASE_MS,
    overlapMs: deps.settings.visibilityBoundMs,
    reportEveryMs: deps.settings.reportEveryMs,
    drainMs: deps.settings.drainMs,
    loadDestinations: () => configs.load(),
  });
  const news = await listenFor(deps, input, shard);
  // On a timer of its own: a slow query must not look like a dead worker.
  const beat = setInterval(() => {
    const summary = shard.summary();
    context.heartbeat(summary);
    const { rows: unlogged, oldestMs: logLagMs } = shard.unlogged();
    const { ms: lagMs, heldMs: heldLagMs } = shard.lag();
    deps.metrics.shard(input.shard, { ...summary, lagMs, heldLagMs, unlogged, logLagMs });
  }, BEAT_EVERY_MS);
  try {
    const handOver = AbortSignal.any([deps.draining, AbortSignal.timeout(SLICE_MS)]);
    return await shard.run(context.cancellationSignal, handOver);
  } finally {
    clearInterval(beat);
    deps.metrics.shard(input.shard, undefined);
    await Promise.all([news.close(), health.close()]);
  }
}

function listenFor({ db }: ShardDeps, share: Share, shard: DeliveryShard): Promise<Subscription> {
  return listen(db, {
    [DESTINATIONS_CHANNEL]: (payload) => {
      if (payload.startsWith(MESSAGE_PREFIX)) {
        shard.messageCame(payload.slice(MESSAGE_PREFIX.length));
      } else if (payload === RESYNC || shardOf(payload, share.shardCount) === share.shard) {
        shard.refreshSoon();
      }
    },
    [EVENTS_CHANNEL]: (payload) => {
      shard.eventsCame(teamsTold(payload));
    },
  });
}

/** A share of the webhooks, and the epoch in which this worker has it. */
type ShardLease = Share & { epoch: number };

function shardPorts(deps: ShardDeps, lease: ShardLease, health: HealthPort): ShardPorts {
  return {
    clock: systemClock,
    eventClock: deps.eventClock,
    paces: deps.paces,
    send: deps.send,
    source: deps.events,
    log: attemptLogPort(deps, lease),
    cursors: {
      read: (destinationIds) => readCursors(deps.db, destinationIds),
      save: (cursors) => saveCursors(deps.db, { ...lease, cursors }),
    },
    retries: retryPort(deps),
    replays: replayPort(deps, lease),
    messages: messagePort(deps),
    masks: maskPort(deps),
    health,
    observe: {
      attempt: (record) => {
        deps.metrics.attempt(record);
      },
      waited: (ms) => {
        deps.metrics.deliveryWaited(ms);
      },
      warn: (message, { error, ...fields }) => {
        deps.logger.warn({ ...fields, err: error, shard: lease.shard }, message);
      },
    },
  };
}

/** The event log for all shards of a process. */
export function sharedEvents(deps: ActivityDeps): SourcePort {
  const { clickhouse } = deps;
  const scans = new TailScans(clickhouse);
  return joinedPolls(
    {
      nowMicros: () => deps.eventClock.ask(),
      pollTail: async (query) => ({ events: await readTail(clickhouse, query) }),
      readRange: (query) => scans.read(query),
      readKeys: (query) => readKeys(clickhouse, query),
      readEventsByKeys: (teamId, keys) => readDeliverables(deps, teamId, keys, readPageByKeys),
      readDigests: (query) => readDigests(clickhouse, query),
    },
    systemClock,
  );
}

function attemptLogPort(deps: ShardDeps, lease: ShardLease): AttemptLogPort {
  const { clickhouse, attemptLog } = deps;
  return {
    append: async (rows) => {
      await attemptLog.append(rows, lease);
      // Beside the flush, which every lane of the shard waits for.
      void tellExhausted(deps, rows);
    },
    settledEvents: (destinations) => settledEvents(clickhouse, destinations),
    dueParked: (destinationIds, now, limits) => dueParked(clickhouse, { destinationIds, now, ...limits }),
  };
}
