import { randomUUID } from 'node:crypto';
import { EVENT_COLUMNS } from '../../core/columns.ts';
import { runSteps, type NamedStep } from '../check-steps.ts';
import type { CheckStep } from '../contract.ts';
import { checkObjectStore } from '../object-store/check.ts';
import { columnNotFitting } from '../table/errors.ts';
import type { RedshiftConfig } from './config.ts';
import { copySql } from './copy-files.ts';
import type { Parameters, Work } from './data-api.ts';
import { privilegeMissing } from './errors.ts';
import { PROBE_FILE } from './probe-file.ts';
import type { StagingBucket } from './scope.ts';
import type { Connections } from './session.ts';
import { fold, qualified } from './sql.ts';
import { describeTable } from './table.ts';
import { redshiftTypes } from './types.ts';

/** Removing the probes must not follow the caller's signal. */
const CLEAN_UP_TIMEOUT_MS = 10_000;

interface Checked extends Connections {
  config: RedshiftConfig;
  signal: AbortSignal;
}

/** Goes through what an export will do, without leaving anything. Stops at the first step that fails. */
export async function checkRedshift(
  config: RedshiftConfig,
  connections: Connections,
  signal: AbortSignal,
): Promise<CheckStep[]> {
  const checked = { ...connections, config, signal };
  const steps: CheckStep[] = [];
  for (const next of [() => runSteps(databaseSteps(checked), signal), ...loadingChecks(checked)]) {
    steps.push(...(await next()));
    if (steps.some(({ status }) => status === 'failed')) {
      break;
    }
  }
  return steps;
}

function loadingChecks(checked: Checked): (() => Promise<CheckStep[]>)[] {
  const { config, bucket, signal } = checked;
  if (bucket === undefined) {
    return [() => runSteps([{ name: 'insert', run: () => checkInsert(checked) }], signal)];
  }
  return [
    () => checkObjectStore(bucket.store, `${config.prefix}/`, signal),
    () => runSteps([{ name: 'copy', run: () => checkCopy(checked, bucket) }], signal),
  ];
}

function databaseSteps(checked: Checked): NamedStep[] {
  return [
    { name: 'connect', run: () => checked.api.run('SELECT 1', workOf(checked, 'connect')) },
    { name: 'schema', run: () => checkSchema(checked) },
    { name: 'table', run: () => checkTable(checked) },
  ];
}

function workOf({ signal }: Checked, action: string, parameters?: Parameters): Work {
  return { action, signal, ...(parameters !== undefined && { parameters }) };
}

async function checkSchema(checked: Checked): Promise<void> {
  const { config } = checked;
  for (const privilege of ['USAGE', 'CREATE']) {
    const [found] = await checked.api.rows(
      `SELECT HAS_SCHEMA_PRIVILEGE(CAST(:schema_name AS VARCHAR(127)), '${privilege}') AS granted`,
      workOf(checked, 'read the permissions', { schema_name: fold(config.schema) }),
    );
    if (found?.['granted'] !== true) {
      throw privilegeMissing(privilege, `schema ${config.schema}`);
    }
  }
}

/** An export's model is not known here: of a table that is there, columns with names of events must hold events. */
async function checkTable(checked: Checked): Promise<void> {
  const { config } = checked;
  const existing = await describeTable(checked.api, config, checked.signal);
  const types = redshiftTypes(config);
  for (const column of EVENT_COLUMNS) {
    const there = existing?.find(({ name }) => types.sameName(name, column.name));
    if (there !== undefined && types.fit(column, there.type) === undefined) {
      const [table, wanted] = [`${config.schema}.${config.table}`, types.createType(column)];
      throw columnNotFitting({ table, column: there.name, type: there.type, wanted });
    }
  }
  if (existing !== undefined) {
    await checkTablePrivileges(checked);
  }
}

async function checkTablePrivileges(checked: Checked): Promise<void> {
  const { schema, table } = checked.config;
  for (const privilege of ['INSERT', 'SELECT', 'UPDATE']) {
    const [found] = await checked.api.rows(
      `SELECT HAS_TABLE_PRIVILEGE(CAST(:table_name AS VARCHAR(256)), '${privilege}') AS granted`,
      workOf(checked, 'read the permissions', { table_name: qualified({ schema, name: table }) }),
    );
    if (found?.['granted'] !== true) {
      throw privilegeMissing(privilege, `table ${schema}.${table}`);
    }
  }
}

/** A tiny file goes the way of all others: it shows that the role reads the bucket, and that tables can be made. */
async function checkCopy(checked: Checked, { name, store }: StagingBucket): Promise<void> {
  const { config, api, signal } = checked;
  const probe = probeName();
  const key = `${config.prefix}/${probe}.parquet`;
  const object = { key, contentType: 'application/vnd.apache.parquet', metadata: {} };
  try {
    await store.put(object, PROBE_FILE, { onlyNew: true }, signal);
    await inProbeTable(checked, probe, (table) =>
      api.run(copySql(config, table, `s3://${name}/${key}`), workOf(checked, 'copy a staged file')),
    );
  } finally {
    await Promise.allSettled([store.remove(key, AbortSignal.timeout(CLEAN_UP_TIMEOUT_MS))]);
  }
}

async function checkInsert(checked: Checked): Promise<void> {
  await inProbeTable(checked, probeName(), (table) =>
    checked.api.run(`INSERT INTO ${table} VALUES (1),(NULL)`, workOf(checked, 'insert a row')),
  );
}

const probeName = (): string => `_sluice_check_${randomUUID().replaceAll('-', '')}`;

async function inProbeTable(checked: Checked, name: string, use: (table: string) => Promise<void>): Promise<void> {
  const { config, api } = checked;
  const table = qualified({ schema: config.schema, name });
  try {
    await api.run(`CREATE TABLE ${table} (probe INTEGER)`, workOf(checked, 'create a stage'));
    await use(table);
  } finally {
    const signal = AbortSignal.timeout(CLEAN_UP_TIMEOUT_MS);
    await Promise.allSettled([api.run(`DROP TABLE IF EXISTS ${table}`, { action: 'drop the stage', signal })]);
  }
}
