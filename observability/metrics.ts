import { collectDefaultMetrics, Registry } from 'prom-client';
import { maintenanceLook, type MaintenanceName } from '../core/ids.ts';
import { createInstruments, type Instruments } from './instruments.ts';
import { publishState, type StateSources } from './state.ts';

/** The part of an attempt row that is counted. Ids never become labels: their number has no bound. */
export interface AttemptMeasure {
  outcome: string;
  /** Absent or empty: none. */
  errorCode?: string;
  via: string;
  /** Of its webhook. */
  kind?: string | undefined;
  /** 1-based over the life of the delivery. */
  attempt: number;
  /** 0 when no response came. */
  statusCode: number;
  durationMs: number;
  latencyMs: number;
}

/** One export run that has ended, whatever its status. */
export interface RunMeasure {
  /** Of the destination. */
  kind: string;
  status: string;
  rows: number;
  bytes: number;
  /** From its start to its end. */
  durationMs?: number;
  /** Of an interval that a schedule owes: its length, and from its end to now. */
  scheduled?: { intervalMs: number; lagMs: number };
}

/** What one delivery shard does at the moment. */
export interface ShardMeasure {
  lanes: number;
  live: number;
  suspended: number;
  inFlightAndQueued: number;
  /** Of the lane that lags most, of those that wait for nobody but us. */
  lagMs: number;
  /** Of those that wait for their endpoint, or by their own settings. */
  heldLagMs: number;
  /** Attempts that are not on record yet. */
  unlogged: number;
  /** How long the oldest of those waits. */
  logLagMs: number;
}

export interface Metrics {
  /** One HTTP attempt of a webhook. */
  attempt(measure: AttemptMeasure): void;
  /** A live event is sent for the first time, and has waited for so long for nobody but us. */
  deliveryWaited(ms: number): void;
  /** A retry found no place, and comes again. */
  retryGaveWay(): void;
  /** Absent: this worker has the shard no longer. */
  shard(shard: number, measure: ShardMeasure | undefined): void;
  exportFinished(measure: RunMeasure): void;
  /** Events that the events table lacked and that were added. */
  eventsRepaired(events: number): void;
  /** After a comparison: age of the oldest gap it found (0: none), and how far behind now it has got. */
  eventsCompared(ages: { gapAgeMs: number; lagMs: number }): void;
  /** One webhook's window: stored events that it wanted, and those without an owner by what became of them. */
  deliveriesAudited(compared: number, missed: { retried: number; known: number; abandoned: number }): void;
  /** Events that left the event log before they were delivered; `lost_paused`: a user had paused their webhook. */
  deliveriesLost(events: number, action: 'lost' | 'lost_paused'): void;
  /** How far behind now the deliveries of the webhook that lags most are audited. */
  auditLag(lagMs: number): void;
  /** An interval that nobody had exported was started. */
  gapStarted(): void;
  /** After a look: age of the end of the oldest interval that was missing; 0: none was. */
  gapsFound(oldestAgeMs: number): void;
  /** A request of this process's client to Temporal has ended; `status` is gRPC's name of how. */
  temporalRequest(request: { operation: string; status: string; durationMs: number }): void;
  /** Whether this process serves its queues yet. */
  workerServes(serves: boolean): void;
  /** A look of maintenance has ended well. */
  looked(look: MaintenanceName): void;
  /** A request of capture, with so many events. */
  captureAccepted(events: number): void;
  /** `reason` is an error code of capture. */
  captureRejected(reason: string, requests: number): void;
  /** Prometheus text format. */
  text(): Promise<string>;
  contentType: string;
}

export interface MetricsOptions extends StateSources {
  /** Adds Node's own: memory, CPU, event loop lag, GC. Default: true. */
  runtime?: boolean;
  /** Metrics of another runtime in this process, as text. */
  others?: () => Promise<string>;
  /** Kinds of destinations to which this process exports: their counters begin at 0, so that the first run is seen. */
  kinds?: readonly string[];
  /** Kinds of webhooks whose attempts this process makes: what is given up is counted from 0. */
  webhookKinds?: readonly string[];
  /** Of a process that delivers webhooks: how many shards they are divided into. */
  shards?: number;
}

const MS_PER_SECOND = 1_000;
/** Shorter intervals than this are on time for so long. */
const MIN_ON_TIME_MS = 10 * 60_000;

/** The process's metrics, in a registry of their own. */
export function createMetrics(options: MetricsOptions = {}): Metrics {
  const registry = new Registry();
  if (options.runtime !== false) {
    collectDefaultMetrics({ register: registry });
  }
  const instruments = createInstruments(registry, knownKinds(options));
  const refresh = publishState(instruments, options);
  return {
    attempt: attemptCounter(instruments),
    deliveryWaited: waitObserver(instruments),
    ...shardMetrics(instruments, options.shards),
    retryGaveWay: () => instruments.add('sluice_delivery_gave_way_total', {}, 1),
    exportFinished: (measure) => countRun(instruments, measure),
    temporalRequest: ({ operation, status, durationMs }) => {
      instruments.add('sluice_temporal_requests_total', { operation, status }, 1);
      instruments.observe('sluice_temporal_request_duration_seconds', { operation }, durationMs / MS_PER_SECOND);
    },
    workerServes: (serves) => instruments.set('sluice_worker_serving', {}, serves ? 1 : 0),
    ...captureMetrics(instruments),
    ...maintenanceMetrics(instruments),
    text: async () => {
      const [others] = await Promise.all([options.others?.() ?? '', refresh()]);
      return `${await registry.metrics()}${others}`;
    },
    contentType: registry.contentType,
  };
}

/** Both have a label `kind`. */
function knownKinds({ kinds = [], webhookKinds = [] }: MetricsOptions): (name: string) => { kind: readonly string[] } {
  return (name) => ({ kind: name.startsWith('sluice_export_') ? kinds : webhookKinds });
}

function waitObserver(instruments: Instruments): Metrics['deliveryWaited'] {
  const observe = instruments.observer('sluice_delivery_wait_seconds', {});
  return (ms) => observe(ms / MS_PER_SECOND);
}

type CountAttempt = Metrics['attempt'];

/** Of what is counted without the settings of its webhook. */
const UNKNOWN_KIND = 'unknown';
/** Above the number of combinations that there are. */
const MAX_COUNTERS = 12_000;

/** Every delivery is counted, with one of few sets of labels: they are put together once. Most are like the one before. */
function attemptCounter(instruments: Instruments): CountAttempt {
  const counters = new Map<string, CountAttempt>();
  let latest = {
    kind: '',
    outcome: '',
    via: '',
    statusCode: 0,
    attempt: 0,
    count: (_measure: AttemptMeasure): void => undefined,
  };
  return (measure) => {
    const { kind = UNKNOWN_KIND, via, statusCode, attempt } = measure;
    const outcome = outcomeOf(measure);
    const isLike = outcome === latest.outcome && via === latest.via && kind === latest.kind;
    if (!isLike || statusCode !== latest.statusCode || attempt !== latest.attempt) {
      latest = { kind, outcome, via, statusCode, attempt, count: knownCounter(instruments, counters, measure) };
    }
    latest.count(measure);
  };
}

function knownCounter(
  instruments: Instruments,
  known: Map<string, CountAttempt>,
  measure: AttemptMeasure,
): CountAttempt {
  const { kind = UNKNOWN_KIND, via, statusCode, attempt } = measure;
  const key = `${kind} ${outcomeOf(measure)} ${via} ${statusClass(statusCode)} ${attemptClass(attempt)}`;
  let count = known.get(key);
  if (count === undefined) {
    count = counterOf(instruments, measure);
    if (known.size < MAX_COUNTERS) {
      known.set(key, count);
    }
  }
  return count;
}

/** For attempts like this one. */
function counterOf(instruments: Instruments, measure: AttemptMeasure): CountAttempt {
  const { kind = UNKNOWN_KIND, via, statusCode, attempt } = measure;
  const outcome = outcomeOf(measure);
  if (outcome === 'masked') {
    const masked = instruments.adder('sluice_delivery_masked_total', { via });
    return () => masked(1);
  }
  const status = statusClass(statusCode);
  const attempts = instruments.adder('sluice_delivery_attempts_total', { kind, outcome, via, status });
  const durations = instruments.observer('sluice_delivery_attempt_duration_seconds', { kind, status });
  const latencies =
    outcome === 'delivered'
      ? instruments.observer('sluice_delivery_latency_seconds', { kind, via, attempt: attemptClass(attempt) })
      : undefined;
  return ({ durationMs, latencyMs }) => {
    attempts(1);
    durations(durationMs / MS_PER_SECOND);
    latencies?.(Math.max(0, latencyMs) / MS_PER_SECOND);
  };
}

/** What the owner of a webhook does not want any more is no loss. */
function outcomeOf({ outcome, errorCode }: AttemptMeasure): string {
  return errorCode === 'event_expired' && outcome === 'discarded' ? 'expired' : outcome;
}

function shardMetrics(instruments: Instruments, wanted: number | undefined): Pick<Metrics, 'shard'> {
  const shards = new Map<number, ShardMeasure>();
  const publishServed = (): void => {
    instruments.setAll('sluice_delivery_shards', [
      { labels: { state: 'served' }, value: shards.size },
      ...(wanted === undefined ? [] : [{ labels: { state: 'wanted' }, value: wanted }]),
    ]);
  };
  if (wanted !== undefined) {
    publishServed();
  }
  return {
    shard: (shard, measure) => {
      if (measure === undefined) {
        shards.delete(shard);
      } else {
        shards.set(shard, measure);
      }
      publishShards(instruments, [...shards.values()]);
      publishServed();
    },
  };
}

function publishShards(instruments: Instruments, shards: readonly ShardMeasure[]): void {
  const sum = (of: (shard: ShardMeasure) => number): number => shards.reduce((total, shard) => total + of(shard), 0);
  const behind = ({ lanes, live, suspended }: ShardMeasure): number => Math.max(0, lanes - live - suspended);
  instruments.setAll('sluice_delivery_lanes', [
    { labels: { mode: 'live' }, value: sum(({ live }) => live) },
    { labels: { mode: 'behind' }, value: sum(behind) },
    { labels: { mode: 'suspended' }, value: sum(({ suspended }) => suspended) },
  ]);
  instruments.set(
    'sluice_delivery_backlog_events',
    {},
    sum(({ inFlightAndQueued }) => inFlightAndQueued),
  );
  const greatest = (of: (shard: ShardMeasure) => number): number => Math.max(0, ...shards.map(of)) / MS_PER_SECOND;
  instruments.set(
    'sluice_delivery_unlogged_attempts',
    {},
    sum(({ unlogged }) => unlogged),
  );
  instruments.set(
    'sluice_delivery_lag_seconds',
    {},
    greatest(({ lagMs }) => lagMs),
  );
  instruments.set(
    'sluice_delivery_held_lag_seconds',
    {},
    greatest(({ heldLagMs }) => heldLagMs),
  );
  instruments.set(
    'sluice_delivery_log_lag_seconds',
    {},
    greatest(({ logLagMs }) => logLagMs),
  );
}

function countRun(instruments: Instruments, measure: RunMeasure): void {
  const { kind, status, durationMs, scheduled } = measure;
  const completed = status === 'completed';
  instruments.add('sluice_export_runs_total', { kind, status }, 1);
  instruments.add('sluice_export_rows_total', { kind, status }, measure.rows);
  instruments.add('sluice_export_bytes_total', { kind, status }, measure.bytes);
  if (durationMs !== undefined) {
    instruments.observe('sluice_export_run_duration_seconds', { kind, status }, durationMs / MS_PER_SECOND);
  }
  if (completed && scheduled !== undefined) {
    const onTime = scheduled.lagMs <= Math.max(scheduled.intervalMs, MIN_ON_TIME_MS);
    instruments.observe('sluice_export_lag_seconds', { kind }, Math.max(0, scheduled.lagMs) / MS_PER_SECOND);
    instruments.add('sluice_export_intervals_total', { kind, on_time: onTime ? 'yes' : 'no' }, 1);
  }
}

function captureMetrics(instruments: Instruments): Pick<Metrics, 'captureAccepted' | 'captureRejected'> {
  return {
    captureAccepted: (events) => {
      instruments.add('sluice_capture_events_total', {}, events);
      instruments.add('sluice_capture_requests_total', {}, 1);
    },
    captureRejected: (reason, requests) => instruments.add('sluice_capture_rejected_total', { reason }, requests),
  };
}

type MaintenanceMetrics = Pick<
  Metrics,
  | 'eventsRepaired'
  | 'eventsCompared'
  | 'deliveriesAudited'
  | 'deliveriesLost'
  | 'auditLag'
  | 'gapStarted'
  | 'gapsFound'
  | 'looked'
>;

function maintenanceMetrics(instruments: Instruments): MaintenanceMetrics {
  return {
    eventsRepaired: (events) => instruments.add('sluice_events_repaired_total', {}, events),
    eventsCompared: ({ gapAgeMs, lagMs }) => {
      instruments.set('sluice_events_gap_age_seconds', {}, gapAgeMs / MS_PER_SECOND);
      instruments.set('sluice_events_comparison_lag_seconds', {}, lagMs / MS_PER_SECOND);
    },
    deliveriesAudited: (compared, missed) => {
      instruments.add('sluice_delivery_audit_events_total', {}, compared);
      for (const [action, events] of Object.entries(missed)) {
        instruments.add('sluice_delivery_missed_total', { action }, events);
      }
    },
    deliveriesLost: (events, action) => instruments.add('sluice_delivery_missed_total', { action }, events),
    auditLag: (lagMs) => instruments.set('sluice_delivery_audit_lag_seconds', {}, lagMs / MS_PER_SECOND),
    gapStarted: () => instruments.add('sluice_export_gaps_started_total', {}, 1),
    looked: (look) => instruments.add('sluice_maintenance_looks_total', { look: maintenanceLook(look) }, 1),
    gapsFound: (ageMs) => instruments.set('sluice_export_gap_age_seconds', {}, ageMs / MS_PER_SECOND),
  };
}

function statusClass(statusCode: number): string {
  const hundreds = Math.floor(statusCode / 100);
  return hundreds >= 1 && hundreds <= 5 ? `${String(hundreds)}xx` : 'none';
}

function attemptClass(attempt: number): string {
  return attempt <= 3 ? String(attempt) : attempt <= 6 ? '4-6' : '7+';
}
