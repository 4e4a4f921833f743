/*
 * A worker that the suite kills: exports two chunks and says on stdout where it is. It stands still at the mark at which
 * it is to be killed, except at the commit, in whose middle that is to happen.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createClickHouse } from '../../../clickhouse/client.ts';
import type { ChunkReceipt, Destination, LoadChunkRequest } from '../../../destinations/contract.ts';
import { twoChunks } from './chunks.ts';
import { GoldenSource } from './golden.ts';
import type { KillPoint, Order } from './kill.ts';

const order = JSON.parse(process.argv[2] ?? '') as Order;
const { default: make } = (await import(order.module)) as { default: (input: unknown) => Destination<unknown> };
const destination = make(order.input);
const source = GoldenSource.existing(createClickHouse(order.clickhouse), order.table);

/** Far longer than the parent takes to kill; not what any test waits for. */
const STANDSTILL_MS = 60_000;

async function mark(point: KillPoint): Promise<void> {
  process.stdout.write(`${point}\n`);
  if (point === order.point && point !== 'committing') {
    await sleep(STANDSTILL_MS);
  }
}

/** Marks the first bytes, and the middle of the second chunk. */
function marked(request: LoadChunkRequest): LoadChunkRequest {
  return {
    ...request,
    openSource: async (encoding, signal) => {
      const stream = await request.openSource(encoding, signal);
      async function* body(): AsyncGenerator<Uint8Array> {
        let pieces = 0;
        for await (const bytes of stream.body) {
          const half = Math.ceil(bytes.length / 2);
          yield bytes.subarray(0, half);
          pieces += 1;
          if (pieces === 1) {
            await mark(request.chunkIndex === 0 ? 'first bytes' : 'half-way');
          }
          yield bytes.subarray(half);
        }
      }
      return { body: body(), rows: () => stream.rows() };
    },
  };
}

const config = destination.configSchema.parse(order.config);
const session = await destination.open(config, { ...order.context, signal: new AbortController().signal });
await mark('opened');
const chunks: ChunkReceipt[] = [];
for (const request of twoChunks(source)) {
  chunks.push(await session.loadChunk(marked(request)));
  await mark(chunks.length === 1 ? 'one chunk loaded' : 'all loaded');
}
await mark('committing');
await session.commit({ chunks });
await mark('committed');
