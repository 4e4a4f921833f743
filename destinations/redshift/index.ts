import { TABLE_FORMAT } from '../../core/formats.ts';
import { runSteps } from '../check-steps.ts';
import type { CheckStep, Destination } from '../contract.ts';
import { previewEvolution } from '../table/evolve.ts';
import { checkRedshift } from './check.ts';
import { type RedshiftConfig, redshiftConfigSchema } from './config.ts';
import { callerSteps, connect, type RedshiftOptions } from './connect.ts';
import { namesOf } from './names.ts';
import { closeConnections, RedshiftSession } from './session.ts';
import { targetTable } from './table.ts';

export type { RedshiftOptions } from './connect.ts';

export function createRedshiftDestination(options: RedshiftOptions = {}): Destination<RedshiftConfig> {
  return {
    kind: 'redshift',
    title: 'Amazon Redshift',
    summary: 'Rows of a table in Redshift, staged in S3 or inserted, each interval in one transaction.',
    guarantee: 'exactly_once',
    modes: ['append', 'merge'],
    removesCopies: true,
    configSchema: redshiftConfigSchema,
    secretFields: ['secretAccessKey', 'sessionToken'],
    formats: [TABLE_FORMAT],
    check: (config, signal) => check(config, options, signal),
    preview: async (config, context) => {
      const connections = await Promise.resolve(connect(config, options));
      try {
        const scope = { config, context, names: namesOf(config, context), ...connections };
        return await previewEvolution(context, targetTable(scope));
      } finally {
        closeConnections(connections);
      }
    },
    // A config without keys may be refused here: as a rejection, not as an exception.
    open: async (config, context) => {
      const connections = await Promise.resolve(connect(config, options));
      return new RedshiftSession(config, connections, context);
    },
  };
}

async function check(config: RedshiftConfig, options: RedshiftOptions, signal: AbortSignal): Promise<CheckStep[]> {
  const identity = { name: 'identity', run: () => Promise.resolve(connect(config, options)).then(closeConnections) };
  const steps = await runSteps([identity, ...callerSteps(config, options)], signal);
  if (steps.some(({ status }) => status === 'failed')) {
    return steps;
  }
  const connections = connect(config, options);
  try {
    return [...steps, ...(await checkRedshift(config, connections, signal))];
  } finally {
    closeConnections(connections);
  }
}
