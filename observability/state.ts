import { withTimeout } from '../core/with-timeout.ts';
import type { Instruments } from './instruments.ts';

/** Connections or requests in use; `limit` is how many there may be. */
export interface PoolUse {
  used: number;
  limit: number;
}

export interface PostgresPoolUse extends PoolUse {
  idle: number;
  /** Callers that wait for a connection. */
  waiting: number;
}

/** Of webhooks of one kind. */
interface CountOfKind {
  kind: string;
  count: number;
}

/** What is true of the whole deployment, whichever process tells it. */
export interface DeploymentState {
  webhooks: readonly { kind: string; health: string; count: number }[];
  pendingRetries: readonly CountOfKind[];
  parked: readonly CountOfKind[];
  watermarks: readonly { kind: string; ageMs: number }[];
  exportsNearLogEnd: number;
  webhooksNearLogEnd: number;
}

export interface StateSources {
  postgres?: () => PostgresPoolUse;
  clickhouse?: () => PoolUse;
  /** By how much ClickHouse's clock is surely ahead of this process's; below 0: behind. Asked when somebody scrapes. */
  clockAheadMs?: () => Promise<number | undefined>;
  /** Read when somebody scrapes, so that no process goes on telling an old state. */
  deployment?: () => Promise<DeploymentState>;
}

/** One read serves scrapes that are closer together than this: two Prometheus servers cost no more than one. */
const REUSED_FOR_MS = 10_000;
/** Below Prometheus' own limit of ten seconds: a slow database must not hide the rest of the metrics. */
const READ_TIMEOUT_MS = 4_000;

/** Answers what brings the gauges of state up to date before a scrape; it never throws. */
export function publishState(instruments: Instruments, sources: StateSources): () => Promise<void> {
  const { deployment, clockAheadMs } = sources;
  const readClock = clockAheadMs && ((): Promise<number | undefined> => withTimeout(clockAheadMs(), READ_TIMEOUT_MS));
  const read = deployment && reusedFor(REUSED_FOR_MS, () => withTimeout(deployment(), READ_TIMEOUT_MS));
  return async () => {
    publishPools(instruments, sources);
    await Promise.all([publishClock(instruments, readClock), publishRead(instruments, read)]);
  };
}

async function publishRead(
  instruments: Instruments,
  read: (() => Promise<DeploymentState>) | undefined,
): Promise<void> {
  try {
    publishDeployment(instruments, await read?.());
  } catch {
    instruments.add('sluice_state_read_failures_total', {}, 1);
    publishDeployment(instruments, undefined);
  }
}

/** Who cannot ask ClickHouse does not know; that it is away is told elsewhere. */
async function publishClock(
  instruments: Instruments,
  read: (() => Promise<number | undefined>) | undefined,
): Promise<void> {
  const aheadMs = await read?.().catch(() => undefined);
  instruments.setAll('sluice_clock_skew_seconds', one(aheadMs === undefined ? undefined : aheadMs / 1_000));
}

function one(value: number | undefined): { labels: Record<string, never>; value: number }[] {
  return value === undefined ? [] : [{ labels: {}, value }];
}

function publishPools(instruments: Instruments, { postgres, clickhouse }: StateSources): void {
  const values = (use: object | undefined): { labels: { state: string }; value: number }[] =>
    Object.entries(use ?? {}).map(([state, value]) => ({ labels: { state }, value: value as number }));
  instruments.setAll('sluice_postgres_connections', values(postgres?.()));
  instruments.setAll('sluice_clickhouse_requests', values(clickhouse?.()));
}

/** A state that could not be read is not shown: the last one would be a claim about now. */
function publishDeployment(instruments: Instruments, state: DeploymentState | undefined): void {
  instruments.setAll(
    'sluice_webhooks',
    (state?.webhooks ?? []).map(({ kind, health, count }) => ({ labels: { kind, health }, value: count })),
  );
  const ofKinds = (counts: readonly CountOfKind[] = []): { labels: { kind: string }; value: number }[] =>
    counts.map(({ kind, count }) => ({ labels: { kind }, value: count }));
  instruments.setAll('sluice_deliveries_pending_retry', ofKinds(state?.pendingRetries));
  instruments.setAll('sluice_deliveries_parked', ofKinds(state?.parked));
  instruments.setAll(
    'sluice_export_watermark_age_seconds',
    (state?.watermarks ?? []).map(({ kind, ageMs }) => ({ labels: { kind }, value: ageMs / 1_000 })),
  );
  instruments.setAll('sluice_exports_near_log_end', one(state?.exportsNearLogEnd));
  instruments.setAll('sluice_webhooks_near_log_end', one(state?.webhooksNearLogEnd));
}

function reusedFor<Value>(ms: number, read: () => Promise<Value>): () => Promise<Value> {
  let at = Number.NEGATIVE_INFINITY;
  let last: Promise<Value> | undefined;
  return () => {
    if (last === undefined || performance.now() - at > ms) {
      at = performance.now();
      last = read();
    }
    return last;
  };
}
