import { createReadStream } from 'node:fs';
import { LineBatcher } from '../../destinations/http/batches.ts';
import { bodyOf } from '../../destinations/http/body.ts';
import { type HttpConfig, httpConfigSchema } from '../../destinations/http/config.ts';
import { batchId, headersOf } from '../../destinations/http/sender.ts';
import { postAll, type PreparedRequest } from '../bare-loop.ts';
import { type BenchReceiver, startBenchReceiver } from '../receiver.ts';
import { type BareLoader, mustBeEqual, type ReadyFile, type Target } from './target.ts';

const IN_FLIGHT = 4;

/** The destination's defaults, to a receiver that counts requests and answers at once. */
export async function httpTarget(): Promise<Target> {
  const receiver = await startBenchReceiver();
  const config = { url: receiver.url(0), apiKey: 'phc_bench' };
  return {
    kind: 'http',
    config,
    loaders: () => {
      const parsed = httpConfigSchema.parse(config);
      return Promise.resolve([bareLoop(receiver, parsed, 'packing'), bareLoop(receiver, parsed, 'ready')]);
    },
    clear: () => receiver.reset(),
    close: () => Promise.resolve(receiver.close()),
  };
}

/** `packing`: bodies are made on the way, as any sender of a file of rows has to; `ready`: nothing but requests. */
function bareLoop(receiver: BenchReceiver, config: HttpConfig, bodies: 'packing' | 'ready'): BareLoader {
  return {
    name: `undici, ${bodies === 'ready' ? 'ready bodies' : 'packing bodies'}, ${String(IN_FLIGHT)} in flight`,
    prepare: async (file) => {
      const requests = await prepareRequests(file, config, bodies);
      return {
        run: async () => {
          await postAll(requests, { concurrency: IN_FLIGHT, connections: IN_FLIGHT });
        },
        check: async () => mustBeEqual('requests', (await receiver.stats()).requests, requests.length),
      };
    },
  };
}

/** Cut and packed as the destination does it. */
async function prepareRequests(
  { path, rows }: ReadyFile,
  config: HttpConfig,
  bodies: 'packing' | 'ready',
): Promise<PreparedRequest[]> {
  const batcher = new LineBatcher({ maxRows: config.maxBatchRows, maxBytes: config.maxBatchBytes });
  const requests: PreparedRequest[] = [];
  let prepared = 0;
  const take = async (batches: ReturnType<LineBatcher['push']>): Promise<void> => {
    for (const batch of batches) {
      const lines = Buffer.concat(batch.parts);
      const headers = headersOf(config, batchId({ place: String(requests.length), lines }));
      const body = bodies === 'ready' ? await bodyOf(lines, config) : () => bodyOf(lines, config);
      requests.push({ url: config.url, headers, body });
      prepared += batch.rows;
    }
  };
  for await (const piece of createReadStream(path) as AsyncIterable<Buffer>) {
    await take(batcher.push(piece));
  }
  await take(batcher.end().batches);
  mustBeEqual('rows prepared', prepared, rows);
  return requests;
}
