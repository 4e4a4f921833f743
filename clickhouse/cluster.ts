import { SluiceError } from '../core/errors.ts';
import type { ClickHouse } from './client.ts';

/** Refuses a cluster that the server does not know, and one of several shards: each would hold a part of the events. */
export async function assertCluster(ch: ClickHouse): Promise<void> {
  const { cluster } = ch;
  if (cluster === undefined) {
    return;
  }
  const [found] = await ch.outside((outside) =>
    outside.rows<{ shards: number }>({
      sql: 'SELECT uniqExact(shard_num) AS shards FROM system.clusters WHERE cluster = {cluster:String}',
      params: { cluster },
    }),
  );
  if (found?.shards !== 1) {
    throw found?.shards ? sharded(cluster, found.shards) : unknown(cluster);
  }
}

/**
 * Refuses to go on in a database whose tables were made another way than the next ones would be: on some servers only, or
 * with rows that do not reach the other replicas. Two tables tell for all, since all are made by one rule. Needs no database of
 * ours.
 */
export async function assertReplication(ch: ClickHouse): Promise<void> {
  const tables = await ch.outside((outside) =>
    outside.rows<{ name: string; engine: string }>({
      sql: `SELECT name, engine FROM system.tables WHERE database = {database:String}
        AND name IN ('schema_migrations', 'event_log') ORDER BY name`,
      params: { database: ch.database },
    }),
  );
  const wrong = tables.find(({ engine }) => engine.startsWith('Replicated') !== (ch.cluster !== undefined));
  if (wrong !== undefined) {
    throw wronglyReplicated(`${ch.database}.${wrong.name} is a ${wrong.engine}`, ch.cluster);
  }
}

function unknown(cluster: string): SluiceError {
  return new SluiceError({
    code: 'clickhouse_cluster_unknown',
    message: `ClickHouse knows no cluster called ${cluster}`,
    retryable: false,
    fault: 'platform',
    remedy: 'Set CLICKHOUSE_CLUSTER to a name that SELECT cluster FROM system.clusters shows, or to nothing.',
  });
}

function sharded(cluster: string, shards: number): SluiceError {
  return new SluiceError({
    code: 'clickhouse_cluster_sharded',
    message: `the cluster ${cluster} has ${String(shards)} shards, and each would hold a part of the events`,
    retryable: false,
    fault: 'platform',
    remedy: 'Name a cluster with one shard, all of whose servers are replicas.',
  });
}

function wronglyReplicated(what: string, cluster: string | undefined): SluiceError {
  return new SluiceError({
    code: 'clickhouse_replication_wrong',
    message: `${what}, and CLICKHOUSE_CLUSTER is ${cluster ?? 'not set'}`,
    retryable: false,
    fault: 'platform',
    remedy:
      cluster === undefined
        ? 'Set CLICKHOUSE_CLUSTER to the cluster that the tables were made on.'
        : 'Leave CLICKHOUSE_CLUSTER out, or move the events into a new database on the cluster: docs/deploy/servers.md.',
  });
}
