import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EVENT_COLUMNS } from '../../core/columns.ts';
import { runSteps } from '../check-steps.ts';
import type { CheckStep } from '../contract.ts';
import { columnNotFitting } from '../table/errors.ts';
import type { SnowflakeClient } from './client.ts';
import { OWN_PREFIX, type SnowflakeConfig } from './config.ts';
import { fold, quote, quoteText } from './identifiers.ts';
import { stageLocation } from './names.ts';
import { contextSteps, openSnowflake, useContext, type SnowflakeOptions } from './open.ts';
import { columnsOf } from './table.ts';
import { snowflakeTypes } from './types.ts';

const CLEAN_UP_TIMEOUT_MS = 5_000;

/** Goes through what an export will do, with a small table that is removed again. Stops at the first step that fails. */
export async function checkSnowflake(
  config: SnowflakeConfig,
  options: SnowflakeOptions,
  signal: AbortSignal,
): Promise<CheckStep[]> {
  const connected: { client?: SnowflakeClient } = {};
  const client = (): SnowflakeClient => connected.client as SnowflakeClient;
  const inSchema = `${quote(fold(config.database))}.${quote(fold(config.schema))}`;
  const probe = `${inSchema}.${quote(`${OWN_PREFIX}CHECK_${randomUUID().replaceAll('-', '').toUpperCase()}`)}`;
  const connect = async (): Promise<void> => {
    connected.client = await openSnowflake(config, options, signal);
  };
  try {
    return await runSteps(
      [
        { name: 'log in', run: connect },
        ...contextSteps(config).map((step) => ({
          name: step.name,
          run: () => useContext(client(), step, signal),
        })),
        { name: 'table', run: () => checkTable(client(), config, `${inSchema}.${quote(fold(config.table))}`, signal) },
        {
          name: 'create a table',
          run: () =>
            client().run({ sql: `CREATE TRANSIENT TABLE ${probe} (N NUMBER)`, action: 'create a table' }, signal),
        },
        { name: 'load rows', run: () => loadRow(client(), probe, signal) },
        { name: 'transaction', run: () => moveRow(client(), probe, signal) },
      ],
      signal,
    );
  } finally {
    await cleanUp(connected.client, probe);
  }
}

/** An export's model is not known here: of a table that is there, columns with names of events must hold events. */
async function checkTable(
  client: SnowflakeClient,
  config: SnowflakeConfig,
  target: string,
  signal: AbortSignal,
): Promise<void> {
  const existing = await columnsOf(client, target, signal);
  const types = snowflakeTypes(config);
  for (const column of EVENT_COLUMNS) {
    const there = existing?.find(({ name }) => types.sameName(name, column.name));
    if (there !== undefined && types.fit(column, there.type) === undefined) {
      const wanted = types.createType(column);
      throw columnNotFitting({ table: config.table, column: there.name, type: there.type, wanted });
    }
  }
}

/** Uploads and copies a file as an export does. */
async function loadRow(client: SnowflakeClient, probe: string, signal: AbortSignal): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'sluice-snowflake-'));
  try {
    const path = join(directory, 'probe.json');
    await writeFile(path, '{"N": 1}\n');
    const put = `PUT ${quoteText(`file://${path}`)} ${stageLocation(probe, '')} AUTO_COMPRESS = FALSE`;
    await client.run({ sql: put, action: 'upload a file' }, signal);
    const copy = `COPY INTO ${probe} FROM (SELECT $1:N::NUMBER FROM ${stageLocation(probe, '')}) FILE_FORMAT = (TYPE = JSON)`;
    await client.run({ sql: copy, action: 'copy a staged file' }, signal);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function moveRow(client: SnowflakeClient, probe: string, signal: AbortSignal): Promise<void> {
  const statements = [
    'BEGIN TRANSACTION',
    `UPDATE ${probe} SET N = 2 WHERE N = 1`,
    `INSERT INTO ${probe} (N) SELECT N + 1 FROM ${probe}`,
    'COMMIT',
  ];
  for (const sql of statements) {
    await client.run({ sql, action: 'commit a transaction' }, signal);
  }
}

/** The table's stage goes with the table. Must not follow the caller's signal. */
async function cleanUp(client: SnowflakeClient | undefined, probe: string): Promise<void> {
  const late = AbortSignal.timeout(CLEAN_UP_TIMEOUT_MS);
  await client?.run({ sql: `DROP TABLE IF EXISTS ${probe}`, action: 'drop the table' }, late).catch(() => undefined);
  await client?.close();
}
