import { beforeAll, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/**
 * Each row: a file of this repository (it need not exist), one import, and whether the lint rules of
 * scripts/import-rules.js let it pass. All snippets are linted by one process with the real eslint.config.js.
 */
interface ImportCase {
  file: string;
  code: string;
  allowed: boolean;
}

const forbidden = (file: string, code: string): ImportCase => ({ file, code, allowed: false });
const allowed = (file: string, code: string): ImportCase => ({ file, code, allowed: true });

const CASES: ImportCase[] = [
  // workflows/: deterministic
  allowed('workflows/x.ts', `import { sleep } from '@temporalio/workflow';`),
  allowed('workflows/x.ts', `import { defineSearchAttributeKey } from '@temporalio/common';`),
  allowed('workflows/x.ts', `import type { Activities } from '../activities/index.ts';`),
  allowed('workflows/x.ts', `import { shardOf } from '../core/ids.ts';`),
  allowed('workflows/x.ts', `import { nextDelayMs } from '../delivery/retry-schedule.ts';`),
  allowed('workflows/x.ts', `import { reportSignal } from './messages.ts';`),
  forbidden('workflows/x.ts', `import { createActivities } from '../activities/index.ts';`),
  forbidden('workflows/x.ts', `import { createHash } from 'node:crypto';`),
  forbidden('workflows/x.ts', `import { createHash } from 'crypto';`),
  forbidden('workflows/x.ts', `import { z } from 'zod';`),
  forbidden('workflows/x.ts', `import { Client } from '@temporalio/client';`),
  forbidden('workflows/x.ts', `import { Context } from '@temporalio/activity';`),
  forbidden('workflows/x.ts', `import { signStandard } from '../delivery/signing.ts';`),
  forbidden('workflows/x.ts', `import { getRun } from '../store/runs.ts';`),
  forbidden('workflows/x.ts', `import type { RunRecord } from '../store/runs.ts';`),
  forbidden('workflows/x.ts', `import { logger } from '../observability/logger.ts';`),
  forbidden('workflows/x.ts', `import { lastFinishedInterval } from '../core/schedule-spec.ts';`),
  forbidden('workflows/x.ts', `import type { ScheduleSpec } from '../core/schedule-spec.ts';`),
  forbidden('workflows/x.ts', `import { wallTimeAt } from '../core/zone-clock.ts';`),

  // activities/: everything below
  allowed('activities/x.ts', `import { Context } from '@temporalio/activity';`),
  allowed('activities/x.ts', `import { getRun } from '../store/runs.ts';`),
  allowed('activities/x.ts', `import { openChunk } from '../clickhouse/read-chunk.ts';`),
  allowed('activities/x.ts', `import { createLane } from '../delivery/shard/lane.ts';`),
  allowed('activities/x.ts', `import type { BatchExportInput } from '../workflows/messages.ts';`),
  forbidden('activities/x.ts', `import { reportSignal } from '../workflows/messages.ts';`),
  forbidden('activities/x.ts', `import { registerApi } from '../api/app.ts';`),
  forbidden('activities/x.ts', `import { Client } from '@temporalio/client';`),
  forbidden('activities/x.ts', `import { Worker } from '@temporalio/worker';`),
  forbidden('activities/x.ts', `import { createClient } from '@clickhouse/client';`),
  forbidden('activities/x.ts', `import { loadConfig } from '../config.ts';`),

  // destinations/: neither Temporal, config nor the store
  allowed('destinations/s3/load.ts', `import { S3Client } from '@aws-sdk/client-s3';`),
  allowed('destinations/s3/load.ts', `import { SluiceError } from '../../core/errors.ts';`),
  allowed('destinations/s3/load.ts', `import { createGuardedClient } from '../../net/guarded-client.ts';`),
  allowed('destinations/s3/load.ts', `import { z } from 'zod';`),
  allowed('destinations/s3/load.ts', `import { createHash } from 'node:crypto';`),
  forbidden('destinations/s3/load.ts', `import { Context } from '@temporalio/activity';`),
  forbidden('destinations/s3/load.ts', `import { ApplicationFailure } from '@temporalio/common';`),
  forbidden('destinations/s3/load.ts', `import { loadConfig } from '../../config.ts';`),
  forbidden('destinations/s3/load.ts', `import { getRun } from '../../store/runs.ts';`),
  forbidden('destinations/s3/load.ts', `import type { Database } from '../../store/database.ts';`),
  forbidden('destinations/s3/load.ts', `import { openChunk } from '../../clickhouse/read-chunk.ts';`),
  forbidden('destinations/s3/load.ts', `import { request } from 'undici';`),

  // delivery/: pure
  allowed('delivery/x.ts', `import { createHmac } from 'node:crypto';`),
  allowed('delivery/shard/lane.ts', `import { shardOf } from '../../core/ids.ts';`),
  allowed('delivery/shard/lane.ts', `import { renderEventBody } from '../payload.ts';`),
  forbidden('delivery/x.ts', `import { request } from 'node:http';`),
  forbidden('delivery/x.ts', `import { createGuardedClient } from '../net/guarded-client.ts';`),
  allowed('delivery/template/x.ts', `import { Liquid } from 'liquidjs';`),
  allowed('delivery/vendors/x.ts', `import { z } from 'zod';`),
  forbidden('delivery/x.ts', `import pino from 'pino';`),
  forbidden('delivery/x.ts', `import { readTail } from '../clickhouse/tail.ts';`),

  // clickhouse/, net/, store/: core/ and the one driver each
  allowed('clickhouse/x.ts', `import { createClient } from '@clickhouse/client';`),
  allowed('clickhouse/x.ts', `import { microsOf } from '../core/time.ts';`),
  forbidden('clickhouse/x.ts', `import { openDatabase } from '../store/database.ts';`),
  forbidden('clickhouse/x.ts', `import type { Destination } from '../destinations/contract.ts';`),
  forbidden('clickhouse/x.ts', `import { request } from 'undici';`),
  allowed('net/x.ts', `import { request } from 'undici';`),
  allowed('net/x.ts', `export const get = (url: string): Promise<Response> => fetch(url);`),
  forbidden('net/x.ts', `import { classifyOutcome } from '../delivery/classify.ts';`),
  allowed('store/x.ts', `import { Pool } from 'pg';`),
  allowed('store/x.ts', `import type { EventFilter } from '../core/filters.ts';`),
  forbidden('store/x.ts', `import { createClickHouse } from '../clickhouse/client.ts';`),
  forbidden('store/x.ts', `import { loadConfig } from '../config.ts';`),

  // client/: the only importer of @temporalio/client
  allowed('client/x.ts', `import { Client } from '@temporalio/client';`),
  allowed('client/x.ts', `import type { batchExport } from '../workflows/index.ts';`),
  allowed('client/x.ts', `import { reportSignal } from '../workflows/messages.ts';`),
  allowed('client/x.ts', `import type { ControlPlane } from '../api/control-plane.ts';`),
  forbidden('client/x.ts', `import { batchExport } from '../workflows/index.ts';`),
  forbidden('client/x.ts', `import { getExport } from '../store/exports.ts';`),
  forbidden('client/x.ts', `import { registerApi } from '../api/app.ts';`),

  // capture/ and api/
  allowed('capture/x.ts', `import { insertEvents } from '../clickhouse/insert-events.ts';`),
  allowed('capture/x.ts', `import { findTeamByCaptureToken } from '../store/teams.ts';`),
  forbidden('capture/x.ts', `import { ensureSchedule } from '../client/schedules.ts';`),
  forbidden('capture/x.ts', `import { createClient } from '@clickhouse/client';`),
  allowed('api/routes/x.ts', `import { getExport } from '../../store/exports.ts';`),
  allowed('api/routes/x.ts', `import { ensureSchedule } from '../../client/schedules.ts';`),
  allowed('api/routes/x.ts', `import { findDestination } from '../../destinations/registry.ts';`),
  forbidden('api/routes/x.ts', `import { loadS3 } from '../../destinations/s3/load.ts';`),
  forbidden('api/routes/x.ts', `import { listAttempts } from '../../clickhouse/attempt-log.ts';`),
  forbidden('api/routes/x.ts', `import type { AttemptRow } from '../../clickhouse/attempt-log.ts';`),
  forbidden('api/routes/x.ts', `import { Client } from '@temporalio/client';`),
  forbidden('api/routes/x.ts', `import { Kysely } from 'kysely';`),

  // observability/, core/, ui/
  allowed('observability/x.ts', `import { SluiceError } from '../core/errors.ts';`),
  forbidden('observability/x.ts', `import { openDatabase } from '../store/database.ts';`),
  allowed('observability/tracing/x.ts', `import { trace } from '@opentelemetry/api';`),
  forbidden('activities/x.ts', `import { trace } from '@opentelemetry/api';`),
  allowed('observability/x.ts', `import { makeWorkflowExporter } from '@temporalio/interceptors-opentelemetry';`),
  forbidden('worker.ts', `import { makeWorkflowExporter } from '@temporalio/interceptors-opentelemetry';`),
  allowed('core/x.ts', `import { rfc3339Seconds } from './time.ts';`),
  forbidden('core/x.ts', `import { createHash } from 'node:crypto';`),
  allowed('core/x.ts', `import { RE2JS } from 're2js';`),
  forbidden('core/x.ts', `import { z } from 'zod';`),
  forbidden('core/x.ts', `import { renderEventBody } from '../delivery/payload.ts';`),
  forbidden('ui/x.ts', `import { registerApi } from '../api/app.ts';`),

  // worker/: starts what it is given
  allowed('worker/x.ts', `import { Worker } from '@temporalio/worker';`),
  allowed('worker/x.ts', `import { ensureShards } from '../client/deliveries.ts';`),
  allowed('worker/x.ts', `import type { ActivityGroups } from '../activities/index.ts';`),
  forbidden('worker/x.ts', `import { createActivities } from '../activities/index.ts';`),
  forbidden('worker/x.ts', `import { openDatabase } from '../store/database.ts';`),

  // the roots, and who may be imported by nobody
  allowed('worker.ts', `import { loadConfig } from './config.ts';`),
  forbidden('worker.ts', `import { Worker } from '@temporalio/worker';`),
  allowed('server.ts', `import fastify from 'fastify';`),
  forbidden('worker.ts', `import { Client } from '@temporalio/client';`),
  forbidden('server.ts', `import { createClient } from '@clickhouse/client';`),
  forbidden('cli.ts', `import { Worker } from '@temporalio/worker';`),
  forbidden('api/x.ts', `import { startServer } from '../server.ts';`),
  forbidden('helpers.ts', `import { loadConfig } from './config.ts';`),
  forbidden('worker-part.ts', `import { integer } from './config/values.ts';`),
  forbidden('store/x.ts', `import { integer } from '../config/values.ts';`),
  allowed('config.ts', `import { integer } from './config/values.ts';`),
  forbidden('config.ts', `import { openDatabase } from './store/database.ts';`),
  forbidden('store/x.ts', `import { startStack } from '../dev/stack.ts';`),

  // one door to the environment and to the network; no way around the rules
  allowed('config.ts', `export const home = process.env['HOME'];`),
  allowed('dev/x.ts', `export const home = process.env['HOME'];`),
  forbidden('store/x.ts', `export const home = process.env['HOME'];`),
  forbidden('worker.ts', `export const home = process.env['HOME'];`),
  allowed('cli.ts', `export const config = loadConfig(process.env);`),
  allowed('cli.ts', `export const access = loadApiAccess(process.env);`),

  // doctor/: looks at the servers, and neither at the API nor at users' hosts
  allowed('doctor/x.ts', `import { openDatabase } from '../store/database.ts';`),
  allowed('doctor/x.ts', `import { inspectNamespace } from '../client/inspect.ts';`),
  forbidden('doctor/x.ts', `import { registerApi } from '../api/app.ts';`),
  forbidden('doctor/x.ts', `import { createGuardedClient } from '../net/guarded-client.ts';`),

  // cli/: a client of the API like any other
  allowed('cli/x.ts', `import { createApiClient, type Schemas } from '../api-client/index.ts';`),
  allowed('cli/x.ts', `import { readFile } from 'node:fs/promises';`),
  forbidden('cli/x.ts', `export const answer = fetch('http://127.0.0.1');`),
  forbidden('cli/x.ts', `export const answer = globalThis.fetch('http://127.0.0.1');`),
  forbidden('cli/x.ts', `import { request } from 'node:https';`),
  forbidden('cli/x.ts', `import { request } from 'http';`),
  forbidden('cli/x.ts', `import { connect } from 'node:net';`),
  forbidden('cli/x.ts', `import { request } from 'undici';`),
  forbidden('cli/x.ts', `import createClient from 'openapi-fetch';`),
  allowed('cli/x.ts', `import type { Command } from 'commander';`),
  forbidden('cli/x.ts', `import { getRun } from '../store/runs.ts';`),
  forbidden('cli/x.ts', `import { RunView } from '../api/run-view.ts';`),
  forbidden('cli/x.ts', `import { loadConfig } from '../config.ts';`),
  forbidden('cli/x.ts', `export const home = process.env['HOME'];`),
  forbidden('cli.ts', `export const config = loadConfig(process.env['HOME']);`),
  forbidden('store/x.ts', `import { env } from 'node:process';`),
  forbidden('api/x.ts', `export const get = (url: string): Promise<Response> => fetch(url);`),
  forbidden('destinations/s3/x.ts', `export const load = (): Promise<unknown> => import('undici');`),

  // tooling and tests may import anything
  allowed('dev/x.ts', `import { Session } from 'chdb';`),
  allowed('bench/x.ts', `import { request } from 'undici';`),
  allowed('test/x.test.ts', `import { Client } from '@temporalio/client';`),
  allowed('destinations/s3/load.test.ts', `import { startStack } from '../../dev/stack.ts';`),
];

let verdicts: string[][] = [];

beforeAll(async () => {
  const script = new URL('lint-snippets.js', import.meta.url).pathname;
  const child = promisify(execFile)(process.execPath, [script], { maxBuffer: 16 * 1024 * 1024 });
  child.child.stdin?.end(JSON.stringify(CASES));
  verdicts = JSON.parse((await child).stdout);
}, 60_000);

describe('import rules', () => {
  test('every snippet has a verdict', () => {
    expect(verdicts).toHaveLength(CASES.length);
  });

  test.each(CASES.map((row, index) => ({ ...row, index })))('$file: $code', ({ index, allowed: mayPass }) => {
    const problems = verdicts[index]!;
    expect(problems.filter((problem) => problem.startsWith('fatal'))).toEqual([]);
    expect({ problems, passes: problems.length === 0 }).toEqual({ problems, passes: mayPass });
  });
});
