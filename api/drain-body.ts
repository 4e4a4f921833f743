import type { FastifyReply, FastifyRequest } from 'fastify';

/** Ten times what capture takes by default; whoever sends more is cut off. */
const MAX_DRAINED_BYTES = 200_000_000;
const MAX_DRAIN_MS = 10_000;

/**
 * An `onSend` hook: reads and drops the rest of a body that is too large before the answer goes out. A client that writes
 * into a closed connection never sees the 413, takes it for a broken network and sends the same body again.
 */
export async function drainRefusedBody(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { raw } = request;
  if (reply.statusCode !== 413 || raw.readableEnded || raw.destroyed) {
    return;
  }
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, MAX_DRAIN_MS);
    const finish = (): void => {
      clearTimeout(timer);
      resolve();
    };
    let drained = 0;
    raw.on('data', (bytes: Buffer) => {
      drained += bytes.length;
      if (drained > MAX_DRAINED_BYTES) {
        finish();
      }
    });
    raw.once('end', finish).once('error', finish).once('close', finish).resume();
  });
}
