/** What a file is written as. Every format is encoded by ClickHouse, never here. */
export const FILE_FORMATS = ['parquet', 'jsonl', 'csv', 'arrow'] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];

/**
 * Formats of streams that do not become files: `tsv` is ClickHouse's TabSeparated, whose escapes are those of
 * PostgreSQL's COPY text; `lines` is one column of text that holds no newline, a row a line.
 */
export type StreamFormat = FileFormat | 'tsv' | 'lines';

export const COMPRESSIONS = ['zstd', 'gzip', 'snappy', 'lz4', 'none'] as const;
export type Compression = (typeof COMPRESSIONS)[number];

/** A table has no file format: the destination decides how rows travel. */
export const TABLE_FORMAT = { fileFormat: 'table', compression: 'none' } as const;

export interface OutputFormat {
  fileFormat: FileFormat | 'table';
  /** Parquet: of its pages. Arrow: of its buffers (zstd, lz4, none). JSON lines and CSV: of the whole file (gzip, zstd, none). */
  compression: Compression;
}

/** Whether the bytes are compressed as a whole, so that they must be unpacked to be counted. */
export function isPacked(format: { fileFormat: StreamFormat | 'table'; compression: Compression }): boolean {
  return format.compression !== 'none' && format.fileFormat !== 'parquet' && format.fileFormat !== 'arrow';
}

const PACKED_SUFFIX: Partial<Record<Compression, string>> = { gzip: '.gz', zstd: '.zst' };

/** File name extension, without a leading dot. */
export function fileExtension(format: OutputFormat): string {
  return isPacked(format) ? `${format.fileFormat}${PACKED_SUFFIX[format.compression] ?? ''}` : format.fileFormat;
}

const FILE_COMPRESSIONS: Record<FileFormat, readonly Compression[]> = {
  parquet: ['zstd', 'snappy', 'gzip', 'lz4', 'none'],
  jsonl: ['gzip', 'zstd', 'none'],
  csv: ['gzip', 'zstd', 'none'],
  arrow: ['zstd', 'lz4', 'none'],
};

/** Every way to write a file, the default first. */
export const FILE_OUTPUTS: readonly OutputFormat[] = FILE_FORMATS.flatMap((fileFormat) =>
  FILE_COMPRESSIONS[fileFormat].map((compression) => ({ fileFormat, compression })),
);
