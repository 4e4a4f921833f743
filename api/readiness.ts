import { withTimeout } from '../core/with-timeout.ts';

/** Each answers whether the server does; what it rejects with counts as no. The signal aborts when nobody waits any more. */
export interface ReadinessProbes {
  clickhouse(signal: AbortSignal): Promise<boolean>;
  postgres(signal: AbortSignal): Promise<boolean>;
  temporal(signal: AbortSignal): Promise<boolean>;
}

/** Servers without which a part of the API is refused while capture goes on. */
export const SPARED_SERVERS = ['postgres', 'temporal'] as const;
export type SparedServer = (typeof SPARED_SERVERS)[number];

/** A server that takes longer is away. Whoever asks has to wait a little longer. */
const PROBE_TIMEOUT_MS = 4_000;

/**
 * Whether this process should get requests: whether it can store events. That takes ClickHouse, and a Postgres that has
 * answered since the process started, which knows the teams. Whatever else is away must not take the process from its
 * load balancer, because capture goes on without. Resolves with what does not answer of that, rejects with the reason.
 */
export function readiness(probes: ReadinessProbes, timeoutMs = PROBE_TIMEOUT_MS): () => Promise<SparedServer[]> {
  let postgresSeen = false;
  const answers = (server: keyof ReadinessProbes): Promise<boolean> =>
    withTimeout(probes[server](AbortSignal.timeout(timeoutMs)), timeoutMs).catch(() => false);
  return async () => {
    const [clickhouse, postgres, temporal] = await Promise.all([
      answers('clickhouse'),
      answers('postgres'),
      answers('temporal'),
    ]);
    postgresSeen ||= postgres;
    if (!clickhouse || !postgresSeen) {
      const away = [...(clickhouse ? [] : ['ClickHouse']), ...(postgres ? [] : ['PostgreSQL'])];
      throw new Error(`not answering: ${away.join(', ')}`);
    }
    const answering = { postgres, temporal };
    return SPARED_SERVERS.filter((server) => !answering[server]);
  };
}
