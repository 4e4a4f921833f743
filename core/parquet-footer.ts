import { CompactReader, THRIFT } from './thrift-compact.ts';

/** First and last four bytes of a Parquet file. */
export const PARQUET_MAGIC = 'PAR1';
/** At the very end: the footer's length, 4 bytes little endian, and the magic. */
export const PARQUET_END_BYTES = 8;

const NUM_ROWS_FIELD = 3;

/** Bytes of the footer that ends before the last eight bytes, or undefined when those are not the end of a Parquet file. */
export function parquetFooterBytes(tail: Uint8Array): number | undefined {
  if (tail.length < PARQUET_END_BYTES + PARQUET_MAGIC.length || !endsWithMagic(tail)) {
    return undefined;
  }
  const end = new DataView(tail.buffer, tail.byteOffset + tail.length - PARQUET_END_BYTES, 4);
  return end.getUint32(0, true);
}

/**
 * Number of rows of a Parquet file from its last bytes, or undefined when they do not hold its whole footer.
 * Reads `FileMetaData.num_rows` (Thrift compact protocol, field 3) and nothing else.
 */
export function parquetRowCount(tail: Uint8Array): number | undefined {
  const footerBytes = parquetFooterBytes(tail);
  const end = tail.length - PARQUET_END_BYTES;
  if (footerBytes === undefined || footerBytes === 0 || footerBytes > end) {
    return undefined;
  }
  try {
    return readNumRows(new CompactReader(tail.subarray(end - footerBytes, end)));
  } catch {
    return undefined;
  }
}

function endsWithMagic(bytes: Uint8Array): boolean {
  return String.fromCharCode(...bytes.subarray(-PARQUET_MAGIC.length)) === PARQUET_MAGIC;
}

function readNumRows(reader: CompactReader): number | undefined {
  let field = 0;
  for (let header = reader.byte(); (header & 15) !== THRIFT.stop; header = reader.byte()) {
    field = reader.fieldId(header, field);
    if (field === NUM_ROWS_FIELD && (header & 15) === THRIFT.i64) {
      return reader.zigzag();
    }
    reader.skip(header & 15);
  }
  return undefined;
}
