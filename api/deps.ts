import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Micros } from '../core/time.ts';
import type { Destination } from '../destinations/contract.ts';
import type { Database } from '../store/database.ts';
import type { SecretBox } from '../store/secrets.ts';
import type { ControlPlane } from './control-plane.ts';

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
  events: EventReads;
  webhookRules: WebhookRules;
  findDestination(kind: string): Destination<unknown>;
  /** Rejects when a server that requests need is away. */
  checkReady(): Promise<void>;
  /** Hears of every answer of 500 and above. Absent: the server's own logger. */
  logger?: FastifyBaseLogger;
  /** Absent: the system clock. */
  now?: () => Date;
}

/** Rules of delivery/ and net/ for what a user may enter. Each throws a SluiceError that names the fault. */
export interface WebhookRules {
  validateUrl(url: string): void | Promise<void>;
  /** Returns the headers as they are stored. */
  validateHeaders(headers: Record<string, string>): Record<string, string>;
  validateSecret(secret: string): void;
  generateSecret(): string;
}

export const ATTEMPT_OUTCOMES = ['delivered', 'retry_scheduled', 'parked', 'failed_attempt', 'discarded'] as const;
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

/** What the API reads from ClickHouse; implemented by clickhouse/. */
export interface EventReads {
  /** Newest first by (attemptedAt, eventUuid, attempt). */
  listAttempts(query: {
    teamId: number;
    destinationId: string;
    eventUuid?: string;
    outcome?: AttemptOutcome;
    limit: number;
    before?: AttemptPosition;
  }): Promise<AttemptView[]>;
  deliveryStats(query: { teamId: number; destinationId: string; since?: Date }): Promise<DeliveryStatsView>;
  /** Newest first. */
  listLogEntries(query: {
    teamId: number;
    source: 'export_run';
    sourceId: string;
    limit: number;
  }): Promise<LogEntryView[]>;
}

export interface AttemptPosition {
  attemptedAt: Date;
  eventUuid: string;
  attempt: number;
}

export interface AttemptView extends AttemptPosition {
  webhookId: string;
  eventInsertedAtMicros: Micros;
  outcome: AttemptOutcome;
  /** 0: no response. */
  statusCode: number;
  errorCode: string;
  errorMessage: string;
  durationMs: number;
  latencyMs: number;
  responseBody: string;
  nextAttemptAt: Date | null;
  via: string;
}

export interface DeliveryStatsView {
  delivered: number;
  discarded: number;
  attempts: number;
  p50Ms: number | null;
  p99Ms: number | null;
}

export interface LogEntryView {
  level: string;
  message: string;
  loggedAt: Date;
  fields: Record<string, unknown>;
}
