import type { z } from 'zod';
import type { DeliveryTotals, SourceMinute } from '../core/activity.ts';
import { MICROS_PER_MS } from '../core/time.ts';
import type { ExportStanding } from '../store/export-standings.ts';
import type { BriefStanding } from '../store/webhook-standings.ts';
import type { ApiDeps } from './deps.ts';
import type { destinationCardSchema, HEALTHS, overviewSchema } from './overview-schema.ts';

type Overview = z.output<typeof overviewSchema>;
export type Card = z.output<typeof destinationCardSchema>;
type Health = (typeof HEALTHS)[number];

const MINUTES_PER_HOUR = 60;

/** Those with most events first. */
export function sourceCards(minutes: readonly SourceMinute[]): Overview['sources'] {
  const libraries = [...new Set(minutes.map(({ library }) => library))];
  return libraries
    .map((library) => {
      const points = minutes
        .filter((row) => row.library === library)
        .map((row) => ({ at: row.minute.toISOString(), events: row.events }));
      const events = points.reduce((total, point) => total + point.events, 0);
      return { library, events, events_per_minute: events / MINUTES_PER_HOUR, points };
    })
    .toSorted((a, b) => b.events - a.events);
}

const HEALTH_OF_ENDPOINT: Readonly<Record<BriefStanding['health'], Health>> = {
  healthy: 'healthy',
  degraded: 'degraded',
  recovering: 'degraded',
  paused_auto: 'paused_auto',
  gone: 'failing',
  misconfigured: 'failing',
};

/** What may become a card: a team may have a thousand, of which few are shown. */
export interface Candidate extends Pick<Card, 'health' | 'sent'> {
  /** It is a card in any case, because somebody has to be told. */
  isUrgent: boolean;
  card(): Card;
}

export function webhookCandidate(
  deps: Pick<ApiDeps, 'judgeAttempt'>,
  row: BriefStanding,
  totals: DeliveryTotals | undefined,
  now: Date,
): Candidate {
  const health = webhookHealth(row, totals);
  return {
    ...{ health, sent: totals?.delivered ?? 0 },
    isUrgent: WORRYING.includes(health) || row.waitingMicros !== null,
    card: () => webhookCard(deps, row, totals, now),
  };
}

export function exportCandidate(row: ExportStanding, now: Date): Candidate {
  const { health, rows: sent } = row;
  return {
    ...{ health, sent },
    isUrgent: WORRYING.includes(health) || row.unusual !== null,
    card: () => exportCard(row, now),
  };
}

function webhookHealth({ status, health }: BriefStanding, totals: DeliveryTotals | undefined): Health {
  const endpoint = HEALTH_OF_ENDPOINT[health];
  const quiet = endpoint === 'healthy' && totals === undefined ? 'idle' : endpoint;
  return status === 'paused' ? 'paused' : quiet;
}

export function webhookCard(
  deps: Pick<ApiDeps, 'judgeAttempt'>,
  row: BriefStanding,
  totals: DeliveryTotals | undefined,
  now: Date,
): Card {
  const { positionMicros } = row;
  return {
    ...{ product: 'webhook', id: row.id, name: row.name, kind: row.kind, destination: null },
    ...{ interval: null, state: row.health },
    health: webhookHealth(row, totals),
    lag_seconds: positionMicros === null ? null : secondsBetween(positionMicros / MICROS_PER_MS, now),
    success_rate: totals && totals.attempts > 0 ? totals.delivered / totals.attempts : null,
    sent: totals?.delivered ?? 0,
    last_error: totals?.lastErrorCode ? lastErrorOf(deps, totals, now) : null,
    unusual_rows: null,
  };
}

function lastErrorOf(
  { judgeAttempt }: Pick<ApiDeps, 'judgeAttempt'>,
  { lastErrorCode: code, lastErrorMessage: message }: DeliveryTotals,
  now: Date,
): Card['last_error'] {
  const { remedy } = judgeAttempt({ outcome: 'failed_attempt', errorCode: code, attemptedAt: now });
  return { code, message, remedy };
}

export function exportCard(row: ExportStanding, now: Date): Card {
  const { pauseReason: reason } = row;
  const failed = row.lastErrorCode !== null && row.lastStatus !== 'completed';
  const last = failed
    ? { code: row.lastErrorCode ?? '', message: row.lastErrorMessage ?? '', remedy: row.lastRemedy }
    : null;
  return {
    ...{ product: 'export', id: row.id, name: row.name, kind: row.kind, interval: row.interval },
    destination: { id: row.destinationId, name: row.destinationName },
    health: row.health,
    state: row.lastStatus ?? 'new',
    lag_seconds: row.watermark === null ? null : secondsBetween(row.watermark.getTime(), now),
    success_rate: row.finished === 0 ? null : row.completed / row.finished,
    sent: row.rows,
    last_error: reason ? { code: reason.code, message: reason.message, remedy: reason.remedy } : last,
    unusual_rows: unusualRows(row),
  };
}

function unusualRows({ unusual }: ExportStanding): Card['unusual_rows'] {
  if (unusual === null) {
    return null;
  }
  const { kind, rows, expected, low, high } = unusual;
  return { kind, rows, expected, low, high };
}

/** Never negative: clocks differ. */
export function secondsBetween(fromMs: number, now: Date): number {
  return Math.max(0, (now.getTime() - fromMs) / 1_000);
}

const WORRYING: readonly Health[] = ['degraded', 'failing', 'paused_auto'];

/** What needs somebody before what does not. */
const ORDER: readonly Health[] = ['failing', 'paused_auto', 'degraded', 'healthy', 'idle', 'paused'];

/** Those that need somebody first, then those that move most: so many, and after them whatever is urgent. */
export function cardsOf(candidates: readonly Candidate[], count: number): Card[] {
  const rank = ({ health }: Candidate): number => ORDER.indexOf(health);
  return candidates
    .toSorted((a, b) => rank(a) - rank(b) || b.sent - a.sent)
    .filter(({ isUrgent }, place) => isUrgent || place < count)
    .map((candidate) => candidate.card());
}

/** Empty where nobody has to do anything. */
export function attentionOf(card: Card): Overview['attention'] {
  const { product, id, name, health, last_error: error, unusual_rows: unusual } = card;
  if (WORRYING.includes(health)) {
    const reason = error?.message ?? `its state is ${card.state}`;
    return [{ product, id, name, health, reason, remedy: error?.remedy ?? null }];
  }
  if (unusual === null) {
    return [];
  }
  const reason = `its last run had ${String(unusual.rows)} rows; ${String(unusual.low)} to ${String(unusual.high)} are usual`;
  return [{ product, id, name, health, reason, remedy: 'Look whether events are captured as always.' }];
}
