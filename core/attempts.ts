import type { Micros } from './time.ts';

/** What became of an event by one attempt. Everything but `failed_attempt` settles who owns it from now on. */
export const SENT_OUTCOMES = ['delivered', 'retry_scheduled', 'parked', 'failed_attempt', 'discarded'] as const;
/** `masked`: nothing was sent, because another event of the same key was; `attempt` is 0. */
export const ATTEMPT_OUTCOMES = [...SENT_OUTCOMES, 'masked'] as const;
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

/** Who made the attempt: a shard, a retry (or a parked delivery that was due), a health probe, or a replay. */
export const ATTEMPT_VIAS = ['live', 'retry', 'probe', 'replay'] as const;
export type AttemptVia = (typeof ATTEMPT_VIAS)[number];

/**
 * What one attempt means. `delivered`; `retry` (try again by the schedule); `throttled` (the receiver asks for less: slow
 * down, nothing is charged); `gone` (410: the receiver wants no more); `misconfigured` (retried too, but the owner has to
 * act); `rejected` (this event can never be sent, so it is set aside and nothing is retried).
 */
export const OUTCOME_CLASSES = ['delivered', 'retry', 'throttled', 'gone', 'misconfigured', 'rejected'] as const;
export type OutcomeClass = (typeof OUTCOME_CLASSES)[number];

/** Of an attempt on record; null where the record does not tell, or nothing can be done. */
export interface AttemptJudgement {
  class: OutcomeClass | null;
  remedy: string | null;
}

/**
 * Where the time of one request went, one phase after the other. Absent where a phase did not happen: over a connection that
 * was kept from before there is only the first byte.
 */
export interface RequestPhases {
  dnsMs?: number | undefined;
  /** Through an egress proxy with the look-up and the proxy's part. */
  connectMs?: number | undefined;
  tlsMs?: number | undefined;
  /** From the request's sending to the headers of its response. */
  firstByteMs?: number | undefined;
}

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
  /** Parts of `durationMs`; absent when nothing was sent. */
  phases?: RequestPhases | undefined;
  /** From capture to the end of the response. */
  latencyMs: number;
  /** The log keeps its first 4 KiB. */
  responseBody: string;
  /** Lines of `name: value`, without what may be secret; `headersOf` reads them. */
  responseHeaders?: string;
  nextAttemptAt: Date | null;
  via: AttemptVia;
  /** Of its webhook, by which it is counted; not on record. */
  kind?: string;
  /** With outcome `masked`: the event that was sent in its place. */
  maskedBy?: string;
}

/** What is needed to judge an attempt on record. */
export type JudgedAttempt = Pick<AttemptRecord, 'outcome' | 'errorCode' | 'responseHeaders' | 'attemptedAt'>;

/** Names are lower case, repeated headers joined by comma and space. */
export function headersOf(lines = ''): Record<string, string> {
  const headers = lines.split('\n').flatMap((line): [string, string][] => {
    const end = line.indexOf(': ');
    return end > 0 ? [[line.slice(0, end), line.slice(end + 2)]] : [];
  });
  return Object.fromEntries(headers);
}
