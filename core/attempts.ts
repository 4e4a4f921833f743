import type { Micros } from './time.ts';

/** What became of an event by one attempt. Everything but `failed_attempt` settles who owns it from now on. */
export const SENT_OUTCOMES = ['delivered', 'retry_scheduled', 'parked', 'failed_attempt', 'discarded'] as const;
/** `masked`: nothing was sent, because another event of the same key was; `attempt` is 0. */
export const ATTEMPT_OUTCOMES = [...SENT_OUTCOMES, 'masked'] as const;
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

/** Who made the attempt: a shard, a retry (or a parked delivery that was due), a health probe, or a replay. */
export const ATTEMPT_VIAS = ['live', 'retry', 'probe', 'replay'] as const;
export type AttemptVia = (typeof ATTEMPT_VIAS)[number];

/** One HTTP attempt of a webhook delivery, as it is logged, counted and shown; or that there is none. */
export interface AttemptRecord {
  teamId: number;
  destinationId: string;
  eventUuid: string;
  eventInsertedAtMicros: Micros;
  webhookId: string;
  /** 1-based over the life of the delivery, whoever makes the attempt. */
  attempt: number;
  attemptedAt: Date;
  outcome: AttemptOutcome;
  /** 0 when no response came. */
  statusCode: number;
  errorCode: string;
  errorMessage: string;
  durationMs: number;
  /** From capture to the end of the response. */
  latencyMs: number;
  /** The log keeps its first 4 KiB. */
  responseBody: string;
  nextAttemptAt: Date | null;
  via: AttemptVia;
  /** With outcome `masked`: the event that was sent in its place. */
  maskedBy?: string;
}
