import { randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { canReject, type SourceEncoding } from '../core/encoding.ts';
import { members } from '../core/json-spans.ts';
import type { RowSample } from '../core/preview.ts';
import type { ClickHouse } from './client.ts';
import { encodeColumns } from './encode-columns.ts';
import type { ExportScope } from './models/model.ts';
import { openChunk } from './read-chunk.ts';

/** Records held against an encoding's rules: enough to see what is common. */
const EXAMINED = 10_000;
const MAX_CELL_CHARS = 16_384;

/** The first rows that an encoding lets through, and how many it would set aside. Nothing is set aside. */
export async function sampleRows(
  ch: ClickHouse,
  scope: ExportScope,
  { encoding, rows }: { encoding: SourceEncoding; rows: number },
  signal: AbortSignal,
): Promise<RowSample> {
  const asText = textEncoding(encoding);
  const lines = rows === 0 ? [] : await firstLines(ch, scope, { encoding: asText, rows }, signal);
  const isEvent = asText.fileFormat === 'lines';
  const cells = lines.map((line) => (isEvent ? [line] : cellsOf(line)));
  return {
    range: scope.range,
    columns: isEvent ? ['event'] : asText.columns.map(({ name }) => name),
    rows: cells.map((row) => row.map(shortened)),
    cut: cells.flat().filter((cell) => (cell?.length ?? 0) > MAX_CELL_CHARS).length,
    ...(await examined(ch, scope, asText, signal)),
  };
}

/** The same values in a format that people read. */
function textEncoding({ columns, shape }: SourceEncoding): SourceEncoding {
  return shape === 'posthog_event'
    ? { fileFormat: 'lines', compression: 'none', columns, shape }
    : { fileFormat: 'jsonl', compression: 'none', columns };
}

async function firstLines(
  ch: ClickHouse,
  scope: ExportScope,
  { encoding, rows }: { encoding: SourceEncoding; rows: number },
  signal: AbortSignal,
): Promise<string[]> {
  const chunk = { ...scope.range, expectedRows: 0 };
  const queryId = `sluice-dry-run-${randomUUID()}`;
  const stream = await openChunk(ch, { scope, chunk, firstRows: rows }, encoding, { queryId }, signal);
  return (await buffer(stream.body)).toString().split('\n').slice(0, -1);
}

/** Values of a JSON object, digit by digit: nothing here is read as a number. */
function cellsOf(line: string): (string | null)[] {
  return [...members(line, 0)].map(([, { start, end }]) => {
    const text = line.slice(start, end);
    return text === 'null' ? null : text.startsWith('"') ? (JSON.parse(text) as string) : text;
  });
}

function shortened(cell: string | null): string | null {
  return cell !== null && cell.length > MAX_CELL_CHARS ? `${cell.slice(0, MAX_CELL_CHARS)}…` : cell;
}

async function examined(
  ch: ClickHouse,
  scope: ExportScope,
  encoding: SourceEncoding,
  signal: AbortSignal,
): Promise<Pick<RowSample, 'examined' | 'setAside'>> {
  const { relation, columns: chosen, params } = scope.model;
  const { refusal } = encodeColumns(encoding, chosen);
  const chunk = { ...scope.range, expectedRows: 0 };
  const columns = `${canReject(encoding) && refusal !== undefined ? refusal : `''`} AS set_aside_for`;
  const select = await relation.select(ch, { scope, chunk, columns, fresh: false });
  const found = await ch.rows<{ reason: string; records: number }>({
    sql: `SELECT set_aside_for AS reason, count() AS records FROM (${select.sql} LIMIT ${String(EXAMINED)})
      GROUP BY reason ORDER BY records DESC, reason`,
    params: { ...select.params, ...params },
    settings: select.settings,
    signal,
  });
  return {
    examined: found.reduce((sum, { records }) => sum + records, 0),
    setAside: found.filter(({ reason }) => reason !== ''),
  };
}
