import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import type { ClickHouseClient } from '@clickhouse/client';
import { startStack } from '../../../dev/stack.ts';
import type { Stack } from '../../../dev/stack.ts';

/** The embedded ClickHouse in a folder of its own, with the unmodified client. */
export interface Front {
  dataDir: string;
  stack: Stack;
  client: ClickHouseClient;
  rowsOf<T>(query: string, extra?: object): Promise<T[]>;
  stop(): Promise<void>;
}

export async function startFront(): Promise<Front> {
  const dataDir = await mkdtemp(join(tmpdir(), 'sluice-front-'));
  const stack = await startStack({ dataDir, parts: { clickhouse: true } });
  const client = createClient({
    url: stack.clickhouseUrl,
    request_timeout: 60_000,
    log: { level: ClickHouseLogLevel.OFF },
  });
  return {
    dataDir,
    stack,
    client,
    rowsOf: async <T>(query: string, extra: object = {}): Promise<T[]> => {
      const result = await client.query({ query, format: 'JSONEachRow', ...extra });
      return await result.json<T>();
    },
    stop: async () => {
      await client.close();
      await stack.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
