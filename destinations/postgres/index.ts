import { TABLE_FORMAT } from '../../core/formats.ts';
import type { OutboundNetwork } from '../../net/outbound-network.ts';
import type { Destination } from '../contract.ts';
import { checkPostgres } from './check.ts';
import { type PostgresConfig, postgresConfigSchema } from './config.ts';
import { withConnection } from './connection.ts';
import { namesOf } from './names.ts';
import { PostgresSession } from './session.ts';
import type { SilenceLimits } from './silence.ts';
import { previewInterval } from './table.ts';
import { transaction } from './transaction.ts';

export interface PostgresOptions {
  /** Guards against hosts inside the operator's network; without it every host may be called. */
  network?: OutboundNetwork;
  /** Tests wait less. */
  silence?: SilenceLimits;
}

export function createPostgresDestination({ network, silence }: PostgresOptions = {}): Destination<PostgresConfig> {
  return {
    kind: 'postgres',
    title: 'PostgreSQL',
    summary: 'Rows of a table in a PostgreSQL database, each interval in one transaction.',
    guarantee: 'exactly_once',
    modes: ['append', 'merge'],
    supplements: true,
    removesCopies: true,
    configSchema: postgresConfigSchema,
    secretFields: ['password', 'tlsClientKey'],
    formats: [TABLE_FORMAT],
    check: (config, signal) => checkPostgres({ config, network, silence, applicationName: 'sluice check' }, signal),
    preview: (config, context) => {
      const scope = { config, context, names: namesOf(config, context) };
      const server = { config, network, silence, applicationName: 'sluice dry run' };
      return withConnection(server, context.signal, (connection) =>
        transaction(connection, config, () => previewInterval(connection, scope)),
      );
    },
    open: (config, context) => Promise.resolve(new PostgresSession({ config, network, silence }, context)),
  };
}
