import { TABLE_FORMAT } from '../../core/formats.ts';
import type { Destination } from '../contract.ts';
import { previewEvolution } from '../table/evolve.ts';
import { checkSnowflake } from './check.ts';
import type { SnowflakeClient } from './client.ts';
import { snowflakeConfigSchema, type SnowflakeConfig } from './config.ts';
import { contextSteps, openSnowflake, useContext, type SnowflakeOptions } from './open.ts';
import { namesOf } from './names.ts';
import { SnowflakeSession } from './session.ts';
import { targetTable } from './table.ts';

export type { SnowflakeOptions } from './open.ts';

export function createSnowflakeDestination(options: SnowflakeOptions = {}): Destination<SnowflakeConfig> {
  return {
    kind: 'snowflake',
    title: 'Snowflake',
    summary: 'Rows of a table in Snowflake, each interval in one transaction.',
    guarantee: 'exactly_once',
    modes: ['append', 'merge'],
    removesCopies: true,
    configSchema: snowflakeConfigSchema,
    secretFields: ['password', 'privateKey', 'privateKeyPassphrase'],
    formats: [TABLE_FORMAT],
    check: (config, signal) => checkSnowflake(config, options, signal),
    preview: async (config, context) => {
      const client = await openInContext(config, options, context.signal);
      try {
        const scope = { client, config, context, names: namesOf(config, context) };
        return await previewEvolution(context, targetTable(scope));
      } finally {
        await client.close();
      }
    },
    open: async (config, context) =>
      new SnowflakeSession(config, await openInContext(config, options, context.signal), context, options),
  };
}

async function openInContext(
  config: SnowflakeConfig,
  options: SnowflakeOptions,
  signal: AbortSignal,
): Promise<SnowflakeClient> {
  const client = await openSnowflake(config, options, signal);
  try {
    for (const step of contextSteps(config)) {
      await useContext(client, step, signal);
    }
    return client;
  } catch (error) {
    await client.close();
    throw error;
  }
}
