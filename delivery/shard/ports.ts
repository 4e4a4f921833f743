import type { AttemptRecord, RequestPhases } from '../../core/attempts.ts';
import type { ClientCertificate, ClientCredentials } from '../../core/endpoint-auth.ts';
import type { EndpointHealth } from '../../core/endpoint-health.ts';
import type { EventFilter } from '../../core/filters.ts';
import type { Mask } from '../../core/masking.ts';
import type { ReplayCounts, ReplayScope } from '../../core/replays.ts';
import type { Micros } from '../../core/time.ts';
import type { TrafficReport } from '../../core/traffic.ts';
import type { TailEvent } from '../../core/webhook-event.ts';
import type { AnswerRule } from '../answer-rules.ts';
import type { Paces } from '../paces.ts';

/**
 * What the delivery engine needs from the world. The engine itself is pure: it holds lanes, cursors and decisions and
 * reaches ClickHouse, Postgres, Temporal and the network only through these ports.
 */
export interface ShardPorts {
  source: SourcePort;
  log: AttemptLogPort;
  cursors: CursorPort;
  retries: RetryPort;
  replays: ReplayPort;
  messages: MessagePort;
  masks: MaskPort;
  health: HealthPort;
  send: SendPort;
  observe: ObservePort;
  clock: ClockPort;
  eventClock: EventClockPort;
  /** Shared with whoever else sends to the same endpoints. */
  paces: Pick<Paces, 'of'>;
}

export interface ClockPort {
  /** Wall clock, milliseconds since the epoch. */
  nowMs(): number;
  /** Uniform in [0, 1). */
  random(): number;
  /** Resolves after `ms`, or at once when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** The clock that stamps events. What counts from a stamp ends by it, and the log says by it how long deliveries took. */
export interface EventClockPort {
  /** Milliseconds since the epoch; undefined: not known yet. */
  nowMs(): number | undefined;
}

/** Ids of destinations. To be looked up in, so that a question costs what it finds, not what a shard has. */
export interface Destinations {
  has(destinationId: string): boolean;
}

export interface EventKey {
  teamId: number;
  uuid: string;
  event: string;
  insertedAtMicros: Micros;
}

export interface PollQuery {
  teamIds: number[];
  fromMicros: Micros;
  /** Absent: rows exactly at `fromMicros` too. */
  afterUuid?: string;
  limit: number;
}

export interface TailPage {
  /** Fewer than `limit` mean that no more is visible. */
  events: TailEvent[];
  /** Of a page that is not full, where later polls may begin although none of the events is there. Not before the query's own. */
  reached?: CursorPosition;
}

/** The event log, ordered by (inserted_at, uuid) and free of duplicate captures. */
export interface SourcePort {
  /** ClickHouse's own clock: cursors never compare with the worker's. */
  nowMicros(): Promise<Micros>;
  /** Every event after the position, whatever any filter says. */
  pollTail(query: PollQuery): Promise<TailPage>;
  /** One step of bounded time through a range, however wide it is and however few of its events match. */
  readRange(query: {
    teamId: number;
    fromMicros: Micros;
    afterUuid?: string;
    untilMicros?: Micros;
    limit: number;
    filter: EventFilter;
  }): Promise<RangePage>;
  readKeys(query: {
    teamIds: number[];
    fromMicros: Micros;
    /** Absent: rows exactly at `fromMicros` too. */
    afterUuid?: string;
    untilMicros?: Micros;
    limit: number;
    filter?: EventFilter;
  }): Promise<EventKey[]>;
  readEventsByKeys(teamId: number, keys: readonly { uuid: string; insertedAtMicros: Micros }[]): Promise<TailEvent[]>;
  /** Per second of ingestion time, a digest that changes when a row of that second becomes visible. */
  readDigests(query: { teamIds: number[]; fromMicros: Micros; untilMicros: Micros }): Promise<Map<Micros, string>>;
}

/** What a step through a range has brought. Without events it has moved on all the same, or the next one is smaller. */
export interface RangePage {
  events: TailEvent[];
  /** Where the next one begins; undefined: the range has no more. */
  next: CursorPosition | undefined;
}

export interface ParkedDelivery {
  destinationId: string;
  teamId: number;
  eventUuid: string;
  eventInsertedAtMicros: Micros;
  /** Attempts made so far. */
  attempt: number;
  /** A replay has sent it at some time. */
  replayed: boolean;
}

export interface AttemptLogPort {
  /** One insert for all rows. Resolves when they are stored; safe to repeat after a failure. */
  append(rows: readonly AttemptRecord[]): Promise<void>;
  /** Settled events of each destination from its `fromMicros` on: what a restarted lane must not send again. */
  settledEvents(
    destinations: readonly { destinationId: string; fromMicros: Micros }[],
  ): Promise<Map<string, Map<string, Micros>>>;
  /** The longest waiting first. */
  dueParked(
    destinationIds: readonly string[],
    now: Date,
    limits: { ofEach: number; ofAll: number },
  ): Promise<ParkedDelivery[]>;
}

/** Everything at or before the position is settled in the log: `(inserted_at, uuid) <= (positionMicros, afterUuid)`. */
export interface CursorPosition {
  positionMicros: Micros;
  /** Null: rows exactly at `positionMicros` are still to be read. */
  afterUuid: string | null;
}

export interface CursorPort {
  read(destinationIds: readonly string[]): Promise<Map<string, CursorPosition>>;
  /** False, also for no cursors at all, when another owner has taken the shard; the caller must stop at once. */
  save(cursors: readonly (CursorPosition & { destinationId: string })[]): Promise<boolean>;
}

export interface RetryRequest {
  destinationId: string;
  teamId: number;
  eventUuid: string;
  eventInsertedAtMicros: Micros;
  attemptsMade: number;
  /** Of the lane that has made them: its webhook may be paused or deleted by now. */
  scheduleMs: readonly number[];
  /** Of the same; absent: as many as the installation allows. */
  maxOpenRetries?: number | undefined;
  retryAfterMs?: number;
  /** From when on it is not sent any more, by the clock that stamps events. Absent: there is no such time. */
  expiresAtMs?: number;
  /** The same from now on: other clocks differ. */
  expiresInMs?: number;
  /** A replay has sent it: somebody has asked for it, however old it is. */
  replayed?: true;
  /** Its endpoint takes nothing: a workflow would find out no more than the lane does. Never of a replay, whose schedule may be used up. */
  mayPark?: boolean;
  /** The event is sent again although it may have been delivered: deliveries up to this attempt do not count. */
  replayedAfterAttempt?: number;
}

export interface RetryPort {
  /**
   * Starts the delivery's own retry workflow; one that exists already counts as started (of a replay: one that is
   * open). False when the destination
   * has as many open retries as it may, or of what may be parked a process has started enough for now.
   */
  start(request: RetryRequest): Promise<boolean>;
}

/** Events that a user wants a destination to get again. */
export interface ReplayTask {
  id: string;
  destinationId: string;
  teamId: number;
  scope: ReplayScope;
  fromMicros: Micros;
  /** Exclusive. */
  untilMicros: Micros;
  /** With scope `event`: the events, from old to new. */
  keys: readonly { uuid: string; insertedAtMicros: Micros }[];
  /** Everything up to here is settled, and in the counts. */
  position: CursorPosition;
  counts: ReplayCounts;
  /** Rows that the attempt log has of it are not older. */
  begunAt: Date;
}

export interface ReplayPage {
  /** Still to be sent. */
  events: { event: TailEvent; attemptsMade: number }[];
  /** Events of the page that need not be sent: settled by this replay before a crash, masked, or gone. */
  counts: ReplayCounts;
  /** Where the next page begins; undefined when the range has no more. */
  next: CursorPosition | undefined;
}

export interface ReplayPort {
  /** For each of the destinations the replay that it has to work on, if any. Asked often, found seldom. */
  load(destinations: Destinations): Promise<ReplayTask[]>;
  readPage(
    task: ReplayTask,
    query: {
      after: CursorPosition;
      untilMicros: Micros;
      limit: number;
      filter: EventFilter;
      /** Events that were masked stay so. */
      skipMasked: boolean;
    },
  ): Promise<ReplayPage>;
  /** False when the replay is not to go on: paused, cancelled, completed, or another owner has the shard. */
  save(progress: { id: string; position: CursorPosition; counts: ReplayCounts; completed: boolean }): Promise<boolean>;
}

/** A message that no attempt has settled as far as the table of messages knows. */
export interface WaitingMessage {
  destinationId: string;
  event: TailEvent;
  attemptsMade: number;
  /** The attempt log has an owner for it: only the table does not know yet. */
  settled: boolean;
}

export interface MessagePort {
  /** A few of each of the destinations, oldest first, without those that are `held`. Asked often, found seldom. */
  waiting(destinations: Destinations, held: readonly string[]): Promise<WaitingMessage[]>;
  /** From now on the attempt log says what becomes of them. Idempotent. */
  handedOver(uuids: readonly string[]): Promise<void>;
}

export interface MaskPort {
  /**
   * Claims for each event that it is the one to be sent of its key and window. Answers the masked ones: by uuid, the event that
   * holds the claim. An event keeps its claim, so that asking again is safe.
   */
  claim(request: {
    destinationId: string;
    teamId: number;
    mask: Mask;
    events: readonly TailEvent[];
  }): Promise<ReadonlyMap<string, string>>;
}

export interface HealthPort {
  /** Records a transition with its evidence and tells the destination's entity workflow, of `degraded` later. Idempotent. */
  transition(destinationId: string, to: EndpointHealth, evidence: Record<string, unknown>): Promise<void>;
  /** Tells the entity workflow what the destination's lane did since the last report. */
  report(destinationId: string, traffic: TrafficReport): Promise<void>;
}

/** What an attempt is about, for whoever watches requests. */
export interface AttemptSubject {
  destinationId: string;
  /** Of all events in the request. */
  eventUuids: string[];
  attempt: number;
  via: AttemptRecord['via'];
  /** What answers mean, when the receiver is a known one. */
  answers?: readonly AnswerRule[] | undefined;
}

export interface OutboundRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: Buffer;
  timeoutMs: number;
  connectTimeoutMs?: number | undefined;
  headersTimeoutMs?: number | undefined;
  /** An access token is fetched with these and sent along. */
  oauth2?: ClientCredentials | undefined;
  clientCertificate?: ClientCertificate | undefined;
  /** Requests of different pools share no connections. */
  pool: string;
  /** Who asks, of those that share a pool: where connections are short, each has its part. */
  share: string;
  /** Absent: it is no attempt to deliver. */
  about?: AttemptSubject;
}

export interface SendTimings extends RequestPhases {
  totalMs: number;
}

export type SendOutcome =
  | { kind: 'response'; status: number; headers: Record<string, string>; body: string; timings: SendTimings }
  | { kind: 'error'; code: string; message: string; timings: SendTimings };

/** Never rejects: a failure is an outcome. */
export type SendPort = (request: OutboundRequest, signal: AbortSignal) => Promise<SendOutcome>;

export interface ObservePort {
  attempt(record: AttemptRecord): void;
  /** An event is sent for the first time, and has waited for so long for nobody but us. */
  waited(ms: number): void;
  warn(message: string, fields: Record<string, unknown>): void;
}
