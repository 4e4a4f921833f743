import { SluiceError } from '../core/errors.ts';

/*
 * The row count of a Parquet file, from its footer: the last eight bytes are the footer's length and `PAR1`; the
 * footer is a struct in Thrift's compact protocol whose field 3 is num_rows. Only that field is decoded, the schema
 * before it is skipped, so that no Parquet library is needed to count.
 */

const MAGIC = 'PAR1';
/** Most footers fit; a longer one costs a second read. */
const FIRST_READ_BYTES = 64 * 1_024;
const NUM_ROWS_FIELD = 3;

/** Compact protocol type numbers that need different skipping. */
const TYPE = {
  true: 1,
  false: 2,
  byte: 3,
  i16: 4,
  i32: 5,
  i64: 6,
  double: 7,
  binary: 8,
  list: 9,
  set: 10,
  map: 11,
  struct: 12,
};

export type ReadRange = (offset: number, length: number) => Promise<Uint8Array>;

function notParquet(detail: string): SluiceError {
  return new SluiceError({
    code: 'parquet_footer_invalid',
    message: `not a complete Parquet file: ${detail}`,
    retryable: false,
    fault: 'destination',
    remedy: 'Run the interval again.',
  });
}

class CompactReader {
  private offset = 0;
  private readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  byte(): number {
    const value = this.bytes[this.offset];
    if (value === undefined) {
      throw notParquet('the footer ends early');
    }
    this.offset += 1;
    return value;
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) {
        return value;
      }
    }
  }

  zigzag(): number {
    const value = this.varint();
    return Number((value >> 1n) ^ -(value & 1n));
  }

  /** Walks a struct's fields until its end, or until `isWanted`, whose value is then the next to be read. */
  struct(isWanted: (field: number, type: number) => boolean): boolean {
    let field = 0;
    for (let header = this.byte(); header !== 0; header = this.byte()) {
      const delta = header >> 4;
      field = delta === 0 ? this.zigzag() : field + delta;
      if (isWanted(field, header & 0x0f)) {
        return true;
      }
      this.skip(header & 0x0f);
    }
    return false;
  }

  private skip(type: number): void {
    switch (type) {
      case TYPE.true:
      case TYPE.false:
        return;
      case TYPE.byte:
        this.offset += 1;
        return;
      case TYPE.i16:
      case TYPE.i32:
      case TYPE.i64:
        this.varint();
        return;
      case TYPE.double:
        this.offset += 8;
        return;
      case TYPE.binary:
        this.skipBinary();
        return;
      case TYPE.struct:
        this.struct(() => false);
        return;
      default:
        this.skipCollection(type);
    }
  }

  private skipBinary(): void {
    // Not `offset += varint()`: reading the length moves the offset itself.
    const bytes = Number(this.varint());
    this.offset += bytes;
  }

  private skipCollection(type: number): void {
    if (type !== TYPE.list && type !== TYPE.set) {
      throw notParquet(`the footer has a field of type ${String(type)}`);
    }
    const header = this.byte();
    const size = header >> 4 === 15 ? Number(this.varint()) : header >> 4;
    const element = header & 0x0f;
    for (let index = 0; index < size; index += 1) {
      // In a list a boolean takes a byte of its own; as a field it is in the header.
      this.skip(element === TYPE.true || element === TYPE.false ? TYPE.byte : element);
    }
  }
}

function rowsOfFooter(footer: Buffer): number {
  const reader = new CompactReader(footer);
  if (!reader.struct((field, type) => field === NUM_ROWS_FIELD && type === TYPE.i64)) {
    throw notParquet('the footer has no row count');
  }
  return reader.zigzag();
}

/** Counts the rows of a Parquet file of `size` bytes by reading its end only. Throws parquet_footer_invalid. */
export async function parquetRows(size: number, readRange: ReadRange): Promise<number> {
  if (size < 12) {
    throw notParquet(`${String(size)} bytes`);
  }
  const tailBytes = Math.min(size, FIRST_READ_BYTES);
  const tail = Buffer.from(await readRange(size - tailBytes, tailBytes));
  if (tail.length !== tailBytes || tail.toString('latin1', tailBytes - 4) !== MAGIC) {
    throw notParquet('no PAR1 at its end');
  }
  const footerBytes = tail.readUInt32LE(tailBytes - 8);
  if (footerBytes > size - 12) {
    throw notParquet('the footer is longer than the file');
  }
  if (footerBytes + 8 <= tailBytes) {
    return rowsOfFooter(tail.subarray(tailBytes - 8 - footerBytes, tailBytes - 8));
  }
  return rowsOfFooter(Buffer.from(await readRange(size - 8 - footerBytes, footerBytes)));
}
