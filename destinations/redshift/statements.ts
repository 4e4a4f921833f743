import { rowTooLong } from './errors.ts';

/** The Data API refuses more than 100 KB; which KB it means is not said. */
const MAX_STATEMENT_BYTES = 100_000;
/** Leaves room for the statement around the row, whose two names have 127 bytes each. */
export const MAX_ROW_BYTES = MAX_STATEMENT_BYTES - 1_000;

const NEWLINE = 10;

/**
 * Cuts tuples of literals, one a line, into statements that insert as many of them as fit. Literals hold no line feed,
 * so that each of them is the end of a row. Throws when a row does not fit.
 */
export async function* insertStatements(table: string, body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const head = `INSERT INTO ${table} VALUES `;
  const room = MAX_STATEMENT_BYTES - Buffer.byteLength(head);
  let waiting = Buffer.alloc(0);
  for await (const piece of body) {
    waiting = Buffer.concat([waiting, piece]);
    while (waiting.length > room) {
      const end = waiting.lastIndexOf(NEWLINE, room - 1);
      if (end < 0) {
        throw rowTooLong(room);
      }
      yield statement(head, waiting.subarray(0, end));
      waiting = waiting.subarray(end + 1);
    }
  }
  if (waiting.length > 0) {
    yield statement(head, waiting.subarray(0, -1));
  }
}

function statement(head: string, rows: Buffer): string {
  return head + rows.toString('utf8').replaceAll('\n', ',');
}
