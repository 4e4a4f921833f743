/** What a file or a stream is written as. Every format is encoded by ClickHouse, never here. */
export const FILE_FORMATS = ['parquet', 'jsonl'] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];

export const COMPRESSIONS = ['zstd', 'gzip', 'none'] as const;
export type Compression = (typeof COMPRESSIONS)[number];

export interface OutputFormat {
  fileFormat: FileFormat;
  /** Parquet: of its pages (zstd). JSON lines: of the whole file (gzip or none). */
  compression: Compression;
}

/** File name extension, without a leading dot. */
export function fileExtension(format: OutputFormat): string {
  if (format.fileFormat === 'parquet') {
    return 'parquet';
  }
  return format.compression === 'gzip' ? 'jsonl.gz' : 'jsonl';
}
