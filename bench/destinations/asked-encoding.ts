import type { SourceEncoding } from '../../core/encoding.ts';
import type { Destination } from '../../destinations/contract.ts';
import { parseDestinationConfig } from '../../destinations/registry.ts';
import { contextOf } from '../../test/conformance/context.ts';

/** The encoding that a destination asks its source for; a table is created on the way. No row is read. */
export async function askedEncoding(
  destination: Destination<unknown>,
  config: Record<string, unknown>,
): Promise<SourceEncoding> {
  const [format] = destination.formats;
  const context = contextOf(format === undefined ? {} : { format });
  const session = await destination.open(parseDestinationConfig(destination, config), context);
  let asked: SourceEncoding | undefined;
  const openSource = (encoding: SourceEncoding): Promise<never> => {
    asked = encoding;
    return Promise.reject(new Error('only the encoding was wanted'));
  };
  try {
    await session.loadChunk({ chunkIndex: 0, chunkCount: 1, openSource, onProgress: () => undefined });
  } catch (error) {
    if (asked === undefined) {
      throw error;
    }
  } finally {
    await session.discard().finally(() => session.close());
  }
  if (asked === undefined) {
    throw new Error(`${destination.kind} opened no source`);
  }
  return asked;
}
