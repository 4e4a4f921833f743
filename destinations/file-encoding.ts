import type { Column, ColumnType } from '../core/columns.ts';
import type { EncodedColumn, SourceEncoding } from '../core/encoding.ts';
import type { OutputFormat } from '../core/formats.ts';
import type { ColumnPreview, Preview } from '../core/preview.ts';

/** Rows in a file: every column under its own name, uuids and JSON as text. A file can hold any value. */
export function fileEncoding(format: OutputFormat, columns: readonly Column[]): SourceEncoding {
  if (format.fileFormat === 'table') {
    throw new TypeError('a table has no file format');
  }
  return { fileFormat: format.fileFormat, compression: format.compression, columns: columns.map(fileColumn) };
}

/** A file takes every column, under the type that its format's readers see. */
export function previewFile(format: OutputFormat, columns: readonly Column[]): Preview {
  return {
    encoding: fileEncoding(format, columns),
    columns: columns.map(untouched),
    problems: [],
  };
}

/** A column whose values arrive as they are. */
export function untouched(column: Column): ColumnPreview {
  const { name, type } = fileColumnType(column);
  return { column, target: { name, type, exists: false }, verdict: 'lossless', changes: [], setAside: [] };
}

function fileColumn({ name, type }: Column): EncodedColumn {
  return { source: name, name, as: type.kind === 'uuid' ? 'text' : 'native' };
}

/** A column as it is in the file, for readers that make a table of it. */
export function fileColumnType({ name, type, nullable }: Column): {
  name: string;
  type: string;
  kind: ColumnType['kind'];
  nullable: boolean;
} {
  return { name, type: fileTypeName(type), kind: type.kind, nullable };
}

function fileTypeName(type: ColumnType): string {
  switch (type.kind) {
    case 'text':
    case 'json':
    case 'uuid':
      return 'string';
    case 'integer':
      return `${type.signed ? 'int' : 'uint'}${String(type.bits)}`;
    case 'float':
      return `float${String(type.bits)}`;
    case 'decimal':
      return `decimal(${String(type.precision)},${String(type.scale)})`;
    case 'timestamp':
      return `timestamp(${String(type.precision)})`;
    case 'bool':
    case 'date':
    case 'nested':
      return type.kind;
  }
}
