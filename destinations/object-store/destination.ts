import type { z } from 'zod';
import { FILE_OUTPUTS } from '../../core/formats.ts';
import { type NamedStep, runSteps } from '../check-steps.ts';
import type { CheckStep, Destination, SessionContext } from '../contract.ts';
import { renderPrefix } from '../prefix.ts';
import { checkObjectStore } from './check.ts';
import { firstPartBytes } from './part-sizes.ts';
import { ObjectSession } from './session.ts';
import type { ObjectStore } from './store.ts';

/** What a kind of object store brings; `createObjectStoreDestination` makes a destination of it. */
export interface ObjectStoreKind<Config extends { prefix: string }> {
  kind: string;
  title: string;
  configSchema: z.ZodType<Config>;
  secretFields: readonly string[];
  /** Connects, as far as that is a step of its own; throws SluiceErrors. The store is closed by its user. */
  openStore(config: Config, signal: AbortSignal): Promise<ObjectStore>;
  /** Steps of the connection check that come before those of every store. */
  checkSteps?(config: Config, signal: AbortSignal): NamedStep[];
}

export interface ObjectStoreOptions {
  /** Size of the first parts, at least the store's smallest. Memory of one chunk is (partsInFlight + 1) times this. */
  partBytes?: number;
  partsInFlight?: number;
  /** Tests put faults between. */
  wrapStore?: (store: ObjectStore) => ObjectStore;
}

/** With 4 in flight a chunk holds 40 MiB; with 16 MiB parts three chunks at once would need 240 MiB. */
const DEFAULT_PART_BYTES = 8 * 1024 * 1024;
const DEFAULT_PARTS_IN_FLIGHT = 4;

export function createObjectStoreDestination<Config extends { prefix: string }>(
  of: ObjectStoreKind<Config>,
  options: ObjectStoreOptions = {},
): Destination<Config> {
  const open = async (config: Config, signal: AbortSignal): Promise<ObjectStore> => {
    const store = await of.openStore(config, signal);
    return options.wrapStore?.(store) ?? store;
  };
  return {
    kind: of.kind,
    title: of.title,
    summary: 'Files in a bucket, with a manifest that lists them.',
    guarantee: 'exactly_once',
    modes: ['append'],
    supplements: true,
    configSchema: of.configSchema,
    secretFields: of.secretFields,
    formats: FILE_OUTPUTS,
    check: (config, signal) => check({ ...of, openStore: open }, config, signal),
    open: async (config, context) => {
      const prefix = prefixOf(config, context);
      const store = await open(config, context.signal);
      const session = new ObjectSession({
        store,
        context,
        prefix,
        firstPartBytes: firstPartBytes(options.partBytes ?? DEFAULT_PART_BYTES, context.maxFileBytes, store.limits),
        maxInFlight: options.partsInFlight ?? DEFAULT_PARTS_IN_FLIGHT,
      });
      try {
        await session.checkGeneration();
      } catch (error) {
        await session.close();
        throw error;
      }
      return session;
    },
  };
}

function prefixOf(config: { prefix: string }, { interval, model: table, exportId }: SessionContext): string {
  return renderPrefix(config.prefix, { interval, table, exportId });
}

async function check<Config extends { prefix: string }>(
  of: ObjectStoreKind<Config>,
  config: Config,
  signal: AbortSignal,
): Promise<CheckStep[]> {
  const opened: ObjectStore[] = [];
  const connect = { name: 'connect', run: async () => opened.push(await of.openStore(config, signal)) };
  try {
    const first = await runSteps([...(of.checkSteps?.(config, signal) ?? []), connect], signal);
    const rest = await Promise.all(opened.map((store) => checkObjectStore(store, config.prefix, signal)));
    return [...first, ...rest.flat()];
  } finally {
    for (const store of opened) {
      store.close();
    }
  }
}
