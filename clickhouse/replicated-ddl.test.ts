import { describe, expect, test } from '@jest/globals';
import { onCluster, onClusterClause, unreplicated } from './replicated-ddl.ts';

const REPLICA = "'/clickhouse/tables/{shard}/{database}/{table}', '{replica}'";

describe('a statement on a cluster', () => {
  test('makes a replicated table that remembers as many blocks, for a week', () => {
    const text = `CREATE TABLE IF NOT EXISTS t
(
    a UInt32 DEFAULT 1
)
ENGINE = MergeTree
ORDER BY a
SETTINGS non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1`;
    expect(onCluster(text, 'main')).toBe(`CREATE TABLE IF NOT EXISTS t ON CLUSTER 'main'
(
    a UInt32 DEFAULT 1
)
ENGINE = ReplicatedMergeTree(${REPLICA})
ORDER BY a
SETTINGS replicated_deduplication_window = 10000, replicated_deduplication_window_seconds = 604800, ttl_only_drop_parts = 1`);
  });

  test.each([
    ['CREATE TABLE IF NOT EXISTS t (a UInt32) ENGINE = MergeTree ORDER BY a', 'ReplicatedMergeTree', ''],
    [
      'CREATE TABLE IF NOT EXISTS t (a UInt32)\nENGINE = AggregatingMergeTree\nORDER BY a',
      'ReplicatedAggregatingMergeTree',
      '',
    ],
    [
      'CREATE TABLE IF NOT EXISTS t (a UInt32)\nENGINE = ReplacingMergeTree(v)\nORDER BY a',
      'ReplicatedReplacingMergeTree',
      ', v',
    ],
  ])(
    'keeps the kind of engine and its arguments, and remembers nothing where one server would not: %s',
    (text, engine, args) => {
      const made = onCluster(text, 'main');
      expect(made).toContain(`ENGINE = ${engine}(${REPLICA}${args})`);
      expect(made).toMatch(/ORDER BY a\nSETTINGS replicated_deduplication_window = 0$/);
    },
  );

  test('keeps the settings that it has', () => {
    const text =
      'CREATE TABLE IF NOT EXISTS t (a UInt32)\nENGINE = MergeTree\nORDER BY a\nSETTINGS index_granularity = 1';
    expect(onCluster(text, 'main')).toMatch(/\nSETTINGS replicated_deduplication_window = 0, index_granularity = 1$/);
  });

  test.each([
    [
      'CREATE MATERIALIZED VIEW IF NOT EXISTS v TO t AS SELECT 1',
      "CREATE MATERIALIZED VIEW IF NOT EXISTS v ON CLUSTER 'main' TO t AS SELECT 1",
    ],
    [
      'ALTER TABLE t ADD COLUMN IF NOT EXISTS a UInt8',
      "ALTER TABLE t ON CLUSTER 'main' ADD COLUMN IF NOT EXISTS a UInt8",
    ],
  ])('is the same on every server: %s', (text, made) => {
    expect(onCluster(text, 'main')).toBe(made);
  });

  test.each(['INSERT INTO t SELECT 1', 'RENAME TABLE t TO u', 'CREATE TABLE IF NOT EXISTS t (a UInt8) ENGINE = Log'])(
    'is refused where nobody has thought of it: %s',
    (text) => {
      expect(() => onCluster(text, 'main')).toThrow(/not known on a cluster|without an engine/);
    },
  );

  test('says nothing without a cluster, and quotes its name', () => {
    expect([onClusterClause(undefined), onClusterClause("a'b")]).toEqual(['', " ON CLUSTER 'a\\'b'"]);
  });
});

test('the engine of a replicated table without its replicas', () => {
  const settings = 'replicated_deduplication_window = 10000, replicated_deduplication_window_seconds = 604800';
  expect(
    unreplicated(
      `ReplicatedAggregatingMergeTree('/clickhouse/tables/{shard}/s/t', '{replica}') ORDER BY a SETTINGS ${settings}, index_granularity = 128`,
    ),
  ).toBe('AggregatingMergeTree() ORDER BY a SETTINGS index_granularity = 128');
  expect(unreplicated("ReplicatedReplacingMergeTree('/p', 'r', v) ORDER BY a")).toBe(
    'ReplacingMergeTree(v) ORDER BY a',
  );
});
