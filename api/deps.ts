import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AttemptJudgement, AttemptOutcome, AttemptRecord, JudgedAttempt } from '../core/attempts.ts';
import type { SampledRows } from '../core/backfill-estimate.ts';
import type { Column } from '../core/columns.ts';
import type {
  DeliveryExplanation,
  ExplainRequest,
  WebhookPreview,
  WebhookPreviewRequest,
  WebhookTest,
  WebhookTestRequest,
} from '../core/explanation.ts';
import type { ModelName } from '../core/models.ts';
import type { DryRunReport } from '../core/preview.ts';
import type { Simulation, SimulationRequest } from '../core/simulation.ts';
import type { Micros, MicrosRange } from '../core/time.ts';
import type { EventFilter } from '../core/filters.ts';
import type { IntervalBounds } from '../core/intervals.ts';
import type { ReplayScope } from '../core/replays.ts';
import type { MessageLogState } from '../core/message-states.ts';
import type { HookGreeting, HookGreetingRequest, HookSampleRequest } from '../core/rest-hooks.ts';
import type { LogLevel, LogPosition } from '../core/user-log.ts';
import type { WebhookRules } from '../core/webhook-rules.ts';
import type { Destination } from '../destinations/contract.ts';
import type { Notifier } from '../notifications/contract.ts';
import type { Database } from '../store/database.ts';
import type { DryRunSettings } from '../store/exports.ts';
import type { SecretBox } from '../store/secrets.ts';
import type { ConsoleOptions } from './console.ts';
import type { ActivityReads } from './activity-reads.ts';
import type { SparedServer } from './readiness.ts';
import type { OidcSettings } from './access/oidc.ts';
import type { ControlPlane } from './control-plane.ts';
import type { DownloadLinks } from './download-links.ts';

/** A Fastify scope whose routes are typed by their zod schemas. */
export type ApiScope = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

export interface ApiDeps {
  db: Database;
  box: SecretBox;
  controlPlane: ControlPlane;
  notifier: Notifier;
  events: EventReads;
  queries: QueryChecks;
  dryRun: DryRun;
  /** Throws webhook_not_found and event_not_found. */
  explainDelivery(request: ExplainRequest): Promise<DeliveryExplanation>;
  /** What an attempt on record means, and what its owner can do. */
  judgeAttempt(attempt: JudgedAttempt): AttemptJudgement;
  /** Undefined when the webhook is gone. */
  testWebhook(request: WebhookTestRequest): Promise<WebhookTest | undefined>;
  /** Undefined when the webhook is gone. Throws simulation_timeout. */
  simulateWebhook(request: SimulationRequest): Promise<Simulation | undefined>;
  /** What a webhook would send, without one. */
  previewWebhook(request: WebhookPreviewRequest): Promise<WebhookPreview>;
  /** Asks an address to confirm that it wants a subscription. Never rejects because of it. */
  greetHook(request: HookGreetingRequest): Promise<HookGreeting>;
  /** What a subscription to the event gets. */
  sampleHook(request: HookSampleRequest): Promise<unknown[]>;
  webhookRules: WebhookRules;
  /** Throws destination_kind_unknown. */
  findDestination(kind: string): Destination<unknown>;
  destinationKinds: readonly Destination<unknown>[];
  /** Absent: this installation keeps no files to be downloaded. */
  downloads?: DownloadReads;
  /** Throws address_not_allowed, naming the field, for a host that may not be called from this installation. */
  assertHost(field: string, host: string): Promise<void>;
  /** Absent: no console is served. */
  console?: ConsoleOptions;
  /** Rejects when events cannot be stored; see readiness.ts. */
  checkReady(): Promise<SparedServer[]>;
  /** Where people reach this server, without a path. Absent: as each request says. */
  publicUrl?: string;
  /** Of a key or a user, in this process. Absent or 0: any number. */
  requestsPerMinute?: number;
  /** Absent: passwords only. */
  oidc?: OidcSettings;
  /** Hears of every answer of 500 and above. Absent: the server's own logger. */
  logger?: FastifyBaseLogger;
  /** Absent: the system clock. */
  now?: () => Date;
}

/** What the engine says of a customer's query; implemented by clickhouse/user-sql. Both see the team's own events only. */
export interface QueryChecks {
  columns(query: QueryToCheck): Promise<Column[]>;
  check(query: QueryToCheck & { sampleRows: number }): Promise<{
    columns: Column[];
    sample: Record<string, unknown>[];
    rows: number | null;
    rowsRead: number;
    bytesRead: number;
  }>;
}

export interface QueryToCheck {
  teamId: number;
  text: string;
  range: MicrosRange;
}

/** What an export would do, found out without writing anything. Throws what is wrong with the export itself. */
export type DryRun = (request: DryRunRequest) => Promise<DryRunReport>;

export interface DryRunRequest {
  teamId: number;
  /** Absent: the export is not stored. */
  exportId?: string;
  settings: DryRunSettings;
  range: MicrosRange;
  sampleRows: number;
}

/** What on-demand exports have left to be downloaded. */
export interface DownloadReads {
  /** Undefined when the file is gone. */
  read: (key: string, signal: AbortSignal) => Promise<AsyncIterable<Uint8Array> | undefined>;
  links: DownloadLinks;
  /** From the end of the run on. */
  ttlMs: number;
}

/** What the API reads from ClickHouse; implemented by clickhouse/. */
export interface EventReads extends ActivityReads {
  /** ClickHouse's clock, which stamps events: a webhook begins at it, whatever other clocks say. */
  nowMicros(): Promise<Micros>;
  /** Newest first by (attemptedAt, eventUuid, attempt). */
  listAttempts(query: {
    teamId: number;
    destinationId: string;
    eventUuid?: string;
    outcome?: AttemptOutcome;
    from?: Date;
    to?: Date;
    search?: string;
    limit: number;
    before?: AttemptPosition;
  }): Promise<AttemptRecord[]>;
  /** Of the latest plan of each interval; newest interval first. */
  listRejected(query: {
    teamId: number;
    exportId: string;
    limit: number;
    before?: Pick<RejectedView, 'intervalEnd' | 'uuid'>;
  }): Promise<RejectedView[]>;
  /** Oldest first. */
  rejectedIntervals(query: {
    teamId: number;
    exportId: string;
    limit: number;
  }): Promise<{ intervalEnd: Date; records: number }[]>;
  /** By uuid; those that were never tried are absent. */
  messageStates(
    messages: readonly { destinationId: string; uuid: string }[],
  ): Promise<ReadonlyMap<string, MessageLogState>>;
  /** What a webhook has not sent: matching events of the range (null: too many to be counted), and parked ones whatever their time. */
  undelivered(query: {
    teamId: number;
    destinationId: string;
    filter: EventFilter;
    range: MicrosRange;
  }): Promise<{ events: number | null; parked: number }>;
  /**
   * Rows of adjacent intervals that an export would read, and a row's mean bytes. Of events what is stored, undefined
   * where unknown; of a query a sample, null when it reads too much to be counted in passing.
   */
  countIntervals(query: {
    teamId: number;
    model: ModelName;
    filter: EventFilter;
    query: { text: string } | null;
    intervals: readonly IntervalBounds[];
  }): Promise<{ rows: (number | undefined)[]; sample: SampledRows | null; rowBytes: number }>;
  planReplay(request: ReplayRequest): Promise<ReplayPlan>;
  /** Oldest first. */
  listLogEntries(query: {
    teamId: number;
    source: 'export_run';
    sourceId: string;
    levels: readonly LogLevel[];
    limit: number;
    after?: LogPosition;
  }): Promise<LogEntryView[]>;
  /** Key of the manifest that a run has written; undefined: none, or forgotten. */
  runManifest(of: { teamId: number; runId: string }): Promise<string | undefined>;
}

export interface ReplayRequest {
  teamId: number;
  destinationId: string;
  scope: ReplayScope;
  filter: EventFilter;
  /** Without meaning for scope `event`. */
  range: MicrosRange;
  /** With scope `event`. */
  uuids: readonly string[];
  /** The webhook has a mask. */
  masks: boolean;
}

export interface ReplayPlan {
  /** Estimated. */
  events: number;
  /** Of those, events that were masked when they came, which are left out again. */
  masked: number;
  /** Not all of the range was counted: it takes too long. */
  isMinimum: boolean;
  /** With scope `event`: those that were found, from old to new. */
  keys: { uuid: string; insertedAtMicros: Micros }[];
  /** The first few. */
  sample: { uuid: string; insertedAtMicros: Micros }[];
  /** What a request to the endpoint takes; undefined: not known. */
  requestMs: number | undefined;
}

/** A record that a destination could not hold. */
export interface RejectedView {
  uuid: string;
  event: string;
  intervalEnd: Date;
  insertedAt: Date;
  rejectedAt: Date;
  reason: string;
  record: string;
}

/** Order of a list of attempts. */
export type AttemptPosition = Pick<AttemptRecord, 'attemptedAt' | 'eventUuid' | 'attempt'>;

export interface LogEntryView {
  level: LogLevel;
  message: string;
  loggedAt: Date;
  fields: Record<string, unknown>;
  position: LogPosition;
}
