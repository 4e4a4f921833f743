import { statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Seconds that the longest files took in a run of everything (jest prints them; a rough order is enough). A long file
 * that begins last leaves the other cores idle, and jest, in a fresh clone, only knows the files' sizes.
 */
export const SECONDS = {
  'test/console/exports.test.ts': 199,
  'test/e2e/cli.test.ts': 125,
  'test/conformance/bigquery.test.ts': 125,
  'test/conformance/clickhouse-crashes.test.ts': 115,
  'test/conformance/redshift.test.ts': 107,
  'test/e2e/exports.test.ts': 105,
  'test/console/webhooks.test.ts': 96,
  'test/recovery/faults.test.ts': 94,
  'test/e2e/exports-kill.test.ts': 74,
  'test/recovery/deploys.test.ts': 74,
  'test/conformance/snowflake-faults.test.ts': 73,
  'test/conformance/snowflake.test.ts': 71,
  'test/e2e/dev-restart.test.ts': 70,
  'test/e2e/on-demand.test.ts': 68,
  'test/e2e/sweep-runs.test.ts': 66,
  'test/conformance/redshift-insert.test.ts': 61,
  'test/e2e/backfills.test.ts': 61,
  'test/conformance/clickhouse.test.ts': 57,
  'test/e2e/reconcile.test.ts': 56,
  'test/chaos/kills.test.ts': 56,
  'test/e2e/replays.test.ts': 51,
  'test/recovery/endpoints.test.ts': 50,
  'test/conformance/gcs.test.ts': 49,
  'test/e2e/webhooks.test.ts': 48,
  'test/e2e/webhooks-kill.test.ts': 46,
  'test/e2e/audit-deliveries.test.ts': 45,
  'test/chaos/points.test.ts': 43,
  'test/conformance/s3.test.ts': 43,
  'test/dev/clickhouse-front.test.ts': 41,
  'test/e2e/messages.test.ts': 41,
  'test/e2e/schedules.test.ts': 38,
  'test/conformance/redshift-faults.test.ts': 37,
  'test/conformance/file-formats.test.ts': 36,
  'test/conformance/azure-blob.test.ts': 35,
  'test/conformance/postgres.test.ts': 35,
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
