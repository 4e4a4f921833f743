import { statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Seconds that the longest files took in a run of everything (jest prints them; a rough order is enough). A long file
 * that begins last leaves the other cores idle, and jest, in a fresh clone, only knows the files' sizes.
 */
export const SECONDS = {
  'test/console/exports.test.ts': 171,
  'test/recovery/faults.test.ts': 119,
  'test/conformance/clickhouse-crashes.test.ts': 115,
  'test/console/webhooks.test.ts': 109,
  'test/conformance/bigquery.test.ts': 106,
  'test/e2e/cli.test.ts': 101,
  'test/recovery/deploys.test.ts': 97,
  'test/e2e/degraded-temporal-database.test.ts': 95,
  'test/e2e/exports.test.ts': 89,
  'test/e2e/exports-kill.test.ts': 82,
  'test/conformance/snowflake-faults.test.ts': 79,
  'test/conformance/clickhouse.test.ts': 79,
  'test/recovery/lost-temporal.test.ts': 75,
  'test/conformance/redshift.test.ts': 75,
  'test/recovery/restore.test.ts': 75,
  'test/conformance/gcs.test.ts': 73,
  'test/e2e/sweep-runs.test.ts': 68,
  'test/e2e/reconcile.test.ts': 65,
  'test/e2e/dev-restart.test.ts': 60,
  'test/e2e/degraded-clickhouse.test.ts': 60,
  'test/e2e/replays.test.ts': 57,
  'test/chaos/kills.test.ts': 55,
  'test/api/contract.test.ts': 54,
  'test/e2e/degraded-temporal.test.ts': 49,
  'test/conformance/redshift-insert.test.ts': 48,
  'test/e2e/on-demand.test.ts': 48,
  'test/e2e/webhooks-kill.test.ts': 48,
  'test/conformance/redshift-faults.test.ts': 46,
  'test/e2e/webhooks.test.ts': 46,
  'test/chaos/points.test.ts': 43,
  'test/e2e/backfills.test.ts': 42,
  'test/conformance/snowflake.test.ts': 41,
  'test/e2e/audit-deliveries.test.ts': 41,
  'test/e2e/messages.test.ts': 40,
  'test/e2e/degraded-postgres.test.ts': 39,
  'test/delivery/shard.test.ts': 38,
  'test/e2e/repair-events.test.ts': 38,
  'test/dev/clickhouse-front.test.ts': 35,
  'test/recovery/endpoints.test.ts': 32,
  'test/ops/live.test.ts': 31,
  'test/e2e/schedules.test.ts': 31,
  'test/dev/stack.test.ts': 31,
  'test/ops/promtool.test.ts': 30,
  'test/e2e/tracing.test.ts': 30,
  'test/dev/clickhouse-front-ending.test.ts': 29,
  'test/conformance/s3-wire.test.ts': 28,
  'test/conformance/s3.test.ts': 27,
  'test/conformance/postgres.test.ts': 27,
  'test/delivery/batches.test.ts': 27,
  'test/cli/doctor.test.ts': 27,
  'test/conformance/bigquery-faults.test.ts': 26,
  'test/isolation/endpoints.test.ts': 19,
  'test/replay/replay.test.ts': 12,
};

/** Files without a figure: longer when they are larger, and shorter than all that have one. */
function estimateOf(file) {
  return SECONDS[path.relative(ROOT, file).replaceAll(path.sep, '/')] ?? statSync(file).size / 1_000_000;
}

/** Jest's `testSequencer`. Its cache of earlier runs plays no part: the order is the same everywhere. */
export default class LongestFirst {
  sort(tests) {
    const estimates = new Map(tests.map((test) => [test, estimateOf(test.path)]));
    return [...tests].sort((a, b) => estimates.get(b) - estimates.get(a));
  }

  shard(tests) {
    return tests;
  }

  allFailedTests() {
    return [];
  }

  cacheResults() {}
}
