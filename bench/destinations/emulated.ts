import { randomUUID } from 'node:crypto';
import { EVENTS_MODEL } from '../../clickhouse/models/events.ts';
import { openChunk } from '../../clickhouse/read-chunk.ts';
import type { CommitReceipt, DestinationSession } from '../../destinations/contract.ts';
import { parseDestinationConfig } from '../../destinations/registry.ts';
import { azureBlobPlace } from '../../test/conformance/azure-blob-place.ts';
import { bigQueryPlace, emulatorAccess } from '../../test/conformance/bigquery-place.ts';
import { contextOf } from '../../test/conformance/context.ts';
import { startRedshiftServer } from '../../test/conformance/redshift/server.ts';
import { snowflakePlace, startSnowflake } from '../../test/conformance/snowflake-place.ts';
import type { TablePlace } from '../../test/conformance/table/place.ts';
import { type Azurite, startAzurite } from '../../test/emulators/azure/azurite.ts';
import { startBigQuery } from '../../test/emulators/bigquery/start.ts';
import type { Bench } from '../bench-system.ts';
import type { EventSet } from '../events.ts';
import type { Result } from '../report.ts';

interface EmulatedServer {
  place(): Promise<Pick<TablePlace, 'destination' | 'config'>>;
  stop(): Promise<void>;
}

/** What stands for a vendor here is another program on this machine: how fast it is says nothing about the vendor. */
export const EMULATED: Record<string, () => Promise<EmulatedServer>> = {
  redshift: startRedshiftServer,
  bigquery: async () => {
    const server = await startBigQuery();
    return { place: () => bigQueryPlace(emulatorAccess(server)), stop: () => server.stop() };
  },
  snowflake: async () => {
    const emulator = await startSnowflake();
    return { place: () => snowflakePlace(emulator), stop: () => emulator.stop() };
  },
  'azure-blob': async () => {
    const server = await startAzurite();
    return { place: () => azuritePlace(server), stop: () => server.stop() };
  },
};

async function azuritePlace(server: Azurite): ReturnType<EmulatedServer['place']> {
  const { endpoint, accountName, accountKey } = server;
  const name = await server.createContainer();
  const config = { container: name, accountName, accountKey, endpoint };
  return { destination: azureBlobPlace({ container: server.container(name), folder: '', config }).destination, config };
}

/**
 * One session in this process, not the worker: nothing but the tests can point these destinations at an emulator. Neither
 * limit nor aim.
 */
export async function measureEmulated(
  bench: Bench,
  kind: string,
  set: EventSet,
): Promise<{ ok: boolean; result: Result }> {
  const server = await (EMULATED[kind]?.() ?? Promise.reject(new Error(`${kind} has no emulator`)));
  try {
    const { destination, config } = await server.place();
    const [format] = destination.formats;
    const context = contextOf({ interval: set.range, ...(format !== undefined && { format }) });
    const session = await destination.open(parseDestinationConfig(destination, config), context);
    try {
      const startedMs = performance.now();
      const { rows } = await exportSet(bench, session, set);
      const ms = performance.now() - startedMs;
      return { ok: rows === set.rows, result: resultOf(kind, set.rows, ms) };
    } finally {
      await session.close();
    }
  } finally {
    await server.stop();
  }
}

async function exportSet({ clickhouse }: Bench, session: DestinationSession, set: EventSet): Promise<CommitReceipt> {
  const scope = { teamId: set.teamId, filter: {}, range: set.range, model: EVENTS_MODEL };
  const chunk = { ...set.range, expectedRows: set.rows };
  const receipt = await session.loadChunk({
    chunkIndex: 0,
    chunkCount: 1,
    openSource: (encoding, signal) =>
      openChunk(clickhouse, { scope, chunk }, encoding, { queryId: randomUUID() }, signal),
    onProgress: () => undefined,
  });
  return session.commit({ chunks: [receipt] });
}

function resultOf(kind: string, rows: number, ms: number): Result {
  return {
    case: `${kind}, emulated, ${String(rows)} rows`,
    value: (rows / ms) * 1_000,
    unit: 'rows/s',
    limit: null,
    ratio: null,
    emulated: true,
    driver: 'one session in process',
    loadAndCommitMs: ms,
  };
}
