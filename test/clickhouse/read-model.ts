import { randomUUID } from 'node:crypto';
import { chooseColumns, type ColumnSettings } from '../../clickhouse/models/choose-columns.ts';
import type { ClickHouse } from '../../clickhouse/client.ts';
import { EVENTS_MODEL } from '../../clickhouse/models/events.ts';
import type { ExportScope } from '../../clickhouse/models/model.ts';
import { openChunk } from '../../clickhouse/read-chunk.ts';
import type { OutputFormat } from '../../core/formats.ts';
import { fileEncoding } from '../../destinations/file-encoding.ts';

export const HASH_KEY = Buffer.from('a key of a team, of 32 bytes or so');
export const JSON_LINES: OutputFormat = { fileFormat: 'jsonl', compression: 'none' };

/** A file of a scope's rows with the chosen columns, as an export would write it. */
export async function readModel(
  ch: ClickHouse,
  scope: Omit<ExportScope, 'model'>,
  settings: ColumnSettings,
  format = JSON_LINES,
): Promise<Buffer> {
  const model = chooseColumns(EVENTS_MODEL, settings, HASH_KEY);
  const parts: Uint8Array[] = [];
  const stream = await openChunk(
    ch,
    { scope: { ...scope, model }, chunk: { ...scope.range, expectedRows: 0 } },
    fileEncoding(format, model.columns),
    { queryId: randomUUID() },
    new AbortController().signal,
  );
  for await (const bytes of stream.body) {
    parts.push(bytes);
  }
  return Buffer.concat(parts);
}

export function jsonLines(bytes: Buffer): Record<string, unknown>[] {
  const lines = bytes.toString().split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}
