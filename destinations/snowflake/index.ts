import { TABLE_FORMAT } from '../../core/formats.ts';
import type { Destination } from '../contract.ts';
import { checkSnowflake } from './check.ts';
import { snowflakeConfigSchema, type SnowflakeConfig } from './config.ts';
import { contextSteps, openSnowflake, useContext, type SnowflakeOptions } from './open.ts';
import { SnowflakeSession } from './session.ts';

export type { SnowflakeOptions } from './open.ts';

export function createSnowflakeDestination(options: SnowflakeOptions = {}): Destination<SnowflakeConfig> {
  return {
    kind: 'snowflake',
    title: 'Snowflake',
    summary: 'Rows of a table in Snowflake, each interval in one transaction.',
    guarantee: 'exactly_once',
    modes: ['append', 'merge'],
    configSchema: snowflakeConfigSchema,
    secretFields: ['password', 'privateKey', 'privateKeyPassphrase'],
    formats: [TABLE_FORMAT],
    check: (config, signal) => checkSnowflake(config, options, signal),
    open: async (config, context) => {
      const client = await openSnowflake(config, options, context.signal);
      try {
        for (const step of contextSteps(config)) {
          await useContext(client, step, context.signal);
        }
        return new SnowflakeSession(config, client, context);
      } catch (error) {
        await client.close();
        throw error;
      }
    },
  };
}
