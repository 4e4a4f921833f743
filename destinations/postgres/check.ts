import { randomBytes } from 'node:crypto';
import { EVENT_COLUMNS } from '../../core/columns.ts';
import { type SluiceError, toSluiceError } from '../../core/errors.ts';
import { type NamedStep, runSteps } from '../check-steps.ts';
import type { CheckStep } from '../contract.ts';
import { columnNotFitting } from '../table/errors.ts';
import { LEDGER_TABLE } from '../table/ledger.ts';
import type { PostgresConfig } from './config.ts';
import { type Connection, type Server, withConnection } from './connection.ts';
import { encodingUnsupported, privilegeMissing } from './errors.ts';
import { qualified } from './sql.ts';
import { assertSchema, describeTable } from './table.ts';
import { transaction } from './transaction.ts';
import { POSTGRES_TYPES } from './types.ts';

/** Step at which a failure to connect belongs; everything else is `connect`. */
const STEP_OF_CODE: Readonly<Record<string, string>> = {
  address_not_allowed: 'host',
  postgres_tls_unsupported: 'tls',
  postgres_certificate_refused: 'tls',
  postgres_tls_config_invalid: 'tls',
  postgres_credentials_refused: 'login',
  postgres_login_refused: 'login',
  postgres_database_missing: 'database',
  postgres_access_denied: 'database',
};
const CONNECTING = ['host', 'connect', 'tls', 'login', 'database'];

/** Goes through what an export will do, without leaving anything. */
export async function checkPostgres(server: Server, signal: AbortSignal): Promise<CheckStep[]> {
  const result: { steps?: CheckStep[] } = {};
  try {
    await withConnection(server, signal, async (connection) => {
      result.steps = await runSteps([...connected(), ...stepsOf(connection, server.config)], signal);
    });
  } catch (error) {
    signal.throwIfAborted();
    const failure = toSluiceError(error, { code: 'postgres_unavailable', fault: 'destination' });
    result.steps ??= await runSteps([...connected(failure), ...stepsOf(undefined, server.config)], signal);
  }
  return result.steps ?? [];
}

/** One attempt to connect, told as the steps that it consists of. */
function connected(failure?: SluiceError): NamedStep[] {
  const failing = failure && (STEP_OF_CODE[failure.code] ?? 'connect');
  return CONNECTING.map((name) => ({
    name,
    run: () => (failure !== undefined && name === failing ? Promise.reject(failure) : Promise.resolve()),
  }));
}

function stepsOf(connection: Connection | undefined, config: PostgresConfig): NamedStep[] {
  const step = (name: string, work: (connection: Connection, config: PostgresConfig) => Promise<void>) => ({
    name,
    run: async () => {
      if (connection !== undefined) {
        await transaction(connection, config, () => work(connection, config));
      }
    },
  });
  return [
    step('encoding', checkEncoding),
    step('schema', checkSchema),
    step('table', checkTable),
    step('write', checkWrite),
  ];
}

async function checkEncoding(connection: Connection): Promise<void> {
  const [found] = await connection.rows<{ encoding: string }>(
    'read the encoding',
    `SELECT pg_catalog.current_setting('server_encoding') AS encoding`,
  );
  if (found?.encoding !== 'UTF8') {
    throw encodingUnsupported(found?.encoding ?? 'unknown');
  }
}

async function checkSchema(connection: Connection, config: PostgresConfig): Promise<void> {
  await assertSchema(connection, config);
  for (const privilege of ['USAGE', 'CREATE']) {
    const [found] = await connection.rows<{ granted: boolean }>(
      'read the permissions',
      'SELECT pg_catalog.has_schema_privilege($1, $2) AS granted',
      [config.schema, privilege],
    );
    if (found?.granted !== true) {
      throw privilegeMissing(privilege, `schema ${config.schema}`);
    }
  }
}

/** An export's model is not known here: of a table that is there, columns with names of events must hold events. */
async function checkTable(connection: Connection, { schema, table }: PostgresConfig): Promise<void> {
  const existing = await describeTable(connection, { schema, name: table });
  for (const column of EVENT_COLUMNS) {
    const there = existing?.find(({ name }) => name === column.name);
    if (there !== undefined && POSTGRES_TYPES.fit(column, there.type) === undefined) {
      const wanted = POSTGRES_TYPES.createType(column);
      throw columnNotFitting({ table: `${schema}.${table}`, column: there.name, type: there.type, wanted });
    }
  }
  if (existing !== undefined) {
    await assertPrivileges(connection, qualified({ schema, name: table }));
  }
}

async function assertPrivileges(connection: Connection, table: string): Promise<void> {
  for (const privilege of ['INSERT', 'SELECT']) {
    const [found] = await connection.rows<{ granted: boolean }>(
      'read the permissions',
      'SELECT pg_catalog.has_table_privilege($1, $2) AS granted',
      [table, privilege],
    );
    if (found?.granted !== true) {
      throw privilegeMissing(privilege, `table ${table}`);
    }
  }
}

/** A stage as a run makes it, filled and dropped again; and the ledger, if it is there, is ours to write. */
async function checkWrite(connection: Connection, { schema }: PostgresConfig): Promise<void> {
  const probe = qualified({ schema, name: `_sluice_check_${randomBytes(8).toString('hex')}` });
  await connection.execute('create a stage', `CREATE UNLOGGED TABLE ${probe} (row text)`);
  await connection.copyIn('fill a stage', `COPY ${probe} FROM STDIN`, probeRows());
  await connection.execute('drop the stage', `DROP TABLE ${probe}`);
  if ((await describeTable(connection, { schema, name: LEDGER_TABLE })) !== undefined) {
    await assertPrivileges(connection, qualified({ schema, name: LEDGER_TABLE }));
  }
}

async function* probeRows(): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from('Sluice connection check\n'));
}
