import { closeSync, constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { quoteString } from './literals.ts';
import type { Packing } from './request-options.ts';
import type { EngineSession } from './session-pool.ts';

/** A result on its way: bytes with back-pressure, and the query behind them. */
export interface ResultPipe {
  /** One document in the wanted format. Ends only after `done` has settled: its end alone proves nothing. */
  bytes: Socket;
  /** Rejects when the query failed; the bytes are then a fragment. */
  done: Promise<{ rowsRead: number; bytesRead: number }>;
}

/**
 * Runs a SELECT whose result the engine writes into a named pipe. The engine's own streaming interface encodes every
 * chunk as a document of its own (a Parquet result becomes several files glued together) and its one-shot interface
 * holds the whole result in memory; a pipe gives one document, parallel encoding, back-pressure and bounded memory.
 */
export function openResultPipe(
  session: EngineSession,
  sql: string,
  { format, packing }: { format: string; packing: Packing | undefined },
): ResultPipe {
  const reader = openSync(session.pipe, constants.O_RDONLY | constants.O_NONBLOCK);
  // Our own writing end keeps the pipe from ending before the query has, and ends it when the engine never opened it.
  const keepOpen = openSync(session.pipe, constants.O_WRONLY | constants.O_NONBLOCK);
  const bytes = new Socket({ fd: reader, readable: true, writable: false });
  const target = `file(${quoteString(session.pipe)}, ${quoteString(format)}, 'auto', '${packing ?? 'none'}')`;
  const done = session.run(`INSERT INTO FUNCTION ${target} ${sql}`).finally(() => closeSync(keepOpen));
  done.catch(() => undefined); // awaited at the end of the bytes
  return { bytes, done };
}
