import { webhookIdOf } from '../../delivery/identity.ts';
import type { Endpoint } from './endpoints.ts';
import type { Behind } from './log-lag.ts';

export interface Delivered {
  /** Events that were answered 200. */
  events: number;
  lost: number;
  /** Ids of no event that was sent. */
  foreign: number;
  /** Answers 200 beyond the first of each event. */
  repeats: number;
  /** From when it was sent to the first 200. */
  lags: { sentMs: number; lagMs: number }[];
}

/** What an endpoint has got of the events that were sent. */
export function judgeDeliveries(
  sentMs: ReadonlyMap<string, number>,
  destinationId: string,
  { firstMs, answeredMs }: Pick<Endpoint, 'firstMs' | 'answeredMs'>,
): Delivered {
  const lags = [...sentMs].flatMap(([uuid, atMs]) => {
    const acceptedMs = firstMs.get(webhookIdOf(destinationId, uuid));
    return acceptedMs === undefined ? [] : [{ sentMs: atMs, lagMs: acceptedMs - atMs }];
  });
  return {
    events: lags.length,
    lost: sentMs.size - lags.length,
    foreign: firstMs.size - lags.length,
    repeats: answeredMs.length - firstMs.size,
    lags,
  };
}

/** Repeats that kills of workers may cost one endpoint: what was in flight, and what was not in the log yet. */
export function repeatsBound(behind: readonly Behind[], concurrency: number): number {
  return behind.reduce((sum, { unlogged }) => sum + concurrency + unlogged, 0);
}

export interface Exported {
  rows: number;
  lost: number;
  duplicated: number;
  foreign: number;
}

/** What a destination holds of the events that were sent. */
export function judgeRows(sentMs: ReadonlyMap<string, number>, rows: readonly { uuid: string }[]): Exported {
  const distinct = new Set(rows.map(({ uuid }) => uuid));
  const known = [...distinct].filter((uuid) => sentMs.has(uuid)).length;
  return {
    rows: rows.length,
    lost: sentMs.size - known,
    duplicated: rows.length - distinct.size,
    foreign: distinct.size - known,
  };
}
