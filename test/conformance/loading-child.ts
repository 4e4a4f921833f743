import type { SessionContext } from '../../destinations/contract.ts';
import { destinationUnderTest } from './destinations-under-test.ts';
import { jsonLines, source } from './sources.ts';

/*
 * A worker that the suite kills: loads a chunk up to a share of its bytes, says so on stdout and hangs.
 * argv: JSON of { kind, config, context, chunkIndex, rows, rowBytes, stopAt }
 */
interface Order {
  kind: string;
  config: unknown;
  context: Omit<SessionContext, 'signal'>;
  chunkIndex: number;
  rows: number;
  rowBytes: number;
  stopAt: number;
}

const order = JSON.parse(process.argv[2] ?? '') as Order;
const content = jsonLines(order.rows, order.rowBytes);
const session = await destinationUnderTest(order.kind).open(order.config, {
  ...order.context,
  maxFileBytes: undefined,
  signal: new AbortController().signal,
});
let [taken, said] = [0, false];
// The hanging source leaves nothing in the event loop that would keep the process alive.
setInterval(() => undefined, 60_000);
await session.loadChunk({
  chunkIndex: order.chunkIndex,
  chunkCount: order.chunkIndex + 1,
  openSource: () => Promise.resolve(source(content, { stopAt: order.stopAt, then: 'hang' })),
  onProgress: (bytes) => {
    taken += bytes;
    if (!said && taken >= Math.floor(content.length * order.stopAt)) {
      said = true;
      process.stdout.write('half-way\n');
    }
  },
});
// Not reached: the source hangs.
process.exit(1);
