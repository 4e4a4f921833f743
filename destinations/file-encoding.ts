import type { Column } from '../core/columns.ts';
import type { EncodedColumn, SourceEncoding } from '../core/encoding.ts';
import type { OutputFormat } from '../core/formats.ts';

/** Rows in a file: every column under its own name, uuids and JSON as text. A file can hold any value. */
export function fileEncoding(format: OutputFormat, columns: readonly Column[]): SourceEncoding {
  if (format.fileFormat === 'table') {
    throw new TypeError('a table has no file format');
  }
  return { fileFormat: format.fileFormat, compression: format.compression, columns: columns.map(fileColumn) };
}

function fileColumn({ name, type }: Column): EncodedColumn {
  return { source: name, name, as: type.kind === 'uuid' ? 'text' : 'native' };
}
