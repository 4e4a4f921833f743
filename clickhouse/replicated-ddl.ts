import { sqlText } from './sql.ts';

/** Where the replicas of a table meet in Keeper; each server of a cluster has the macros `{shard}` and `{replica}`. */
const REPLICA = "'/clickhouse/tables/{shard}/{database}/{table}', '{replica}'";
/** One server remembers blocks by their number alone; replicas forget them after an hour unless told otherwise. */
const WINDOW_SECONDS = 7 * 24 * 3_600;

/**
 * What a statement of a migration, which is written for one server, is on a cluster: the same on all of its servers, with
 * replicated tables that remember the same blocks. Throws for a kind of statement that no migration had so far.
 */
export function onCluster(statement: string, cluster: string): string {
  const [head = ''] = HEAD.exec(statement) ?? [];
  if (head === '') {
    throw new Error(`not known on a cluster: ${statement.slice(0, 60)}`);
  }
  const rest = statement.slice(head.length);
  return `${head}${onClusterClause(cluster)}${head.startsWith('CREATE TABLE') ? replicated(rest) : rest}`;
}

const HEAD = /^(?:CREATE (?:TABLE|MATERIALIZED VIEW) IF NOT EXISTS|ALTER TABLE) \w+/;

/** ` ON CLUSTER '…'`, and nothing without a cluster. */
export function onClusterClause(cluster: string | undefined): string {
  return cluster === undefined ? '' : ` ON CLUSTER ${sqlText(cluster)}`;
}

const ENGINE = /\bENGINE = (\w*MergeTree)(?:\(([^()]*)\))?(?=\s)/;
const WINDOW = /\bnon_replicated_deduplication_window = (\d+)/;

function replicated(table: string): string {
  if (!ENGINE.test(table)) {
    throw new Error('a table without an engine that can be replicated');
  }
  const made = table.replace(ENGINE, (_, engine: string, args: string | undefined) => {
    return `ENGINE = Replicated${engine}(${[REPLICA, ...(args === undefined ? [] : [args])].join(', ')})`;
  });
  if (WINDOW.test(made)) {
    return made.replace(
      WINDOW,
      `replicated_deduplication_window = $1, replicated_deduplication_window_seconds = ${String(WINDOW_SECONDS)}`,
    );
  }
  // One server remembers nothing then; replicas would leave out a block that was there before.
  const none = 'SETTINGS replicated_deduplication_window = 0';
  return /^SETTINGS /m.test(made) ? made.replace(/^SETTINGS /m, `${none}, `) : `${made}\n${none}`;
}

/**
 * The engine of a replicated table as `system.tables` has it (`engine_full`), for a table with the same columns on one
 * server only. Both can exchange partitions.
 */
export function unreplicated(engineFull: string): string {
  return engineFull
    .replace(/^Replicated(\w+)\('[^']*', '[^']*'(?:, )?/, '$1(')
    .replaceAll(/\breplicated_deduplication_\w+ = \d+(?:, )?/g, '');
}
