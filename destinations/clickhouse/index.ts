import { randomBytes } from 'node:crypto';
import { TABLE_FORMAT } from '../../core/formats.ts';
import type { OutboundNetwork } from '../../net/outbound-network.ts';
import type { Destination, SessionContext } from '../contract.ts';
import { checkClickHouse } from './check.ts';
import { createClient } from './client.ts';
import { type ClickHouseConfig, clickhouseConfigSchema } from './config.ts';
import { Ledger } from './ledger.ts';
import { stageNames } from './names.ts';
import type { Scope } from './scope.ts';
import { ClickHouseSession } from './session.ts';
import { prepareTable, previewInterval, type TablePlace } from './table.ts';
import { createTransport } from './transport.ts';

export interface ClickHouseOptions {
  /** Absent: any address may be called, which is right in tests only. */
  network?: OutboundNetwork;
}

export function createClickHouseDestination(options: ClickHouseOptions = {}): Destination<ClickHouseConfig> {
  const { network } = options;
  const placeOf = (config: ClickHouseConfig, signal: AbortSignal): TablePlace => ({
    client: createClient(createTransport(config, network)),
    database: config.database,
    signal,
  });
  return {
    kind: 'clickhouse',
    title: 'ClickHouse',
    summary: 'Rows in a table of another ClickHouse server.',
    guarantee: 'exactly_once',
    modes: ['append', 'merge'],
    configSchema: clickhouseConfigSchema,
    secretFields: ['password'],
    formats: [TABLE_FORMAT],
    check: async (config, signal) => {
      const place = placeOf(config, signal);
      try {
        return await checkClickHouse(place, config, network);
      } finally {
        await place.client.close();
      }
    },
    preview: async (config, context) => {
      await network?.assertHost('url', new URL(config.url).hostname);
      const place = placeOf(config, context.signal);
      try {
        return await previewInterval(place, config, context);
      } finally {
        await place.client.close();
      }
    },
    open: async (config, context) => {
      await network?.assertHost('url', new URL(config.url).hostname);
      const place = placeOf(config, context.signal);
      try {
        return new ClickHouseSession(await prepare(place, config, context));
      } catch (error) {
        await place.client.close();
        throw error;
      }
    },
  };
}

async function prepare(place: TablePlace, config: ClickHouseConfig, context: SessionContext): Promise<Scope> {
  const { table } = config;
  const plan = await prepareTable(place, config, context);
  const ledger = new Ledger(place, table, context);
  await ledger.create();
  await ledger.judge();
  return {
    place,
    table,
    plan,
    context,
    ledger,
    names: stageNames(table, context, () => randomBytes(4).toString('hex')),
  };
}
