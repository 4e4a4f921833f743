/**
 * Number of rows of a Parquet file from its last bytes, or undefined when they are not the end of one.
 * Reads `FileMetaData.num_rows` (Thrift compact protocol, field 3) and nothing else of the footer.
 */
export function parquetRowCount(tail: Buffer): number | undefined {
  if (tail.length < 12 || tail.subarray(-4).toString('latin1') !== PARQUET_MAGIC) {
    return undefined;
  }
  const length = tail.readUInt32LE(tail.length - 8);
  const start = tail.length - 8 - length;
  if (length === 0 || start < 0) {
    return undefined;
  }
  try {
    return readNumRows(new CompactReader(tail.subarray(start, tail.length - 8)));
  } catch {
    return undefined;
  }
}

/** First and last four bytes of a Parquet file. */
export const PARQUET_MAGIC = 'PAR1';

const NUM_ROWS_FIELD = 3;
const TYPE = {
  stop: 0,
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

function readNumRows(reader: CompactReader): number | undefined {
  let field = 0;
  for (let header = reader.byte(); (header & 15) !== TYPE.stop; header = reader.byte()) {
    field = reader.fieldId(header, field);
    if (field === NUM_ROWS_FIELD && (header & 15) === TYPE.i64) {
      return Number(reader.zigzag());
    }
    reader.skip(header & 15);
  }
  return undefined;
}

/** Just enough of Thrift's compact protocol to step over fields. Throws a RangeError past the end. */
class CompactReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  byte(): number {
    const value = this.#bytes.readUInt8(this.#at);
    this.#at += 1;
    return value;
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) {
        return value;
      }
    }
    throw new RangeError('varint too long');
  }

  zigzag(): bigint {
    const value = this.varint();
    return (value >> 1n) ^ -(value & 1n);
  }

  /** Field headers carry the distance to the field before, or 0 and then the whole id. */
  fieldId(header: number, previous: number): number {
    const delta = header >> 4;
    return delta === 0 ? Number(this.zigzag()) : previous + delta;
  }

  skip(type: number): void {
    if (type === TYPE.struct) {
      this.#skipStruct();
    } else if (type === TYPE.list || type === TYPE.set) {
      this.#skipList();
    } else if (type === TYPE.map) {
      this.#skipMap();
    } else {
      this.#skipScalar(type);
    }
  }

  #skipScalar(type: number): void {
    if (type === TYPE.binary) {
      this.#forward(Number(this.varint()));
    } else if (type === TYPE.double) {
      this.#forward(8);
    } else if (type === TYPE.byte) {
      this.#forward(1);
    } else if (type === TYPE.i16 || type === TYPE.i32 || type === TYPE.i64) {
      this.varint();
    } else if (type !== TYPE.true && type !== TYPE.false) {
      throw new RangeError(`unknown type ${String(type)}`);
    }
  }

  #skipStruct(): void {
    for (let header = this.byte(); (header & 15) !== TYPE.stop; header = this.byte()) {
      this.fieldId(header, 0);
      this.skip(header & 15);
    }
  }

  #skipList(): void {
    const header = this.byte();
    const size = header >> 4 === 15 ? Number(this.varint()) : header >> 4;
    this.#skipElements(size, [header & 15]);
  }

  #skipMap(): void {
    const size = Number(this.varint());
    if (size > 0) {
      const types = this.byte();
      this.#skipElements(size, [types >> 4, types & 15]);
    }
  }

  /** Unlike a field, an element of a boolean collection takes a byte. */
  #skipElements(size: number, types: readonly number[]): void {
    for (let index = 0; index < size; index += 1) {
      for (const type of types) {
        this.skip(type === TYPE.true || type === TYPE.false ? TYPE.byte : type);
      }
    }
  }

  #forward(bytes: number): void {
    this.#at += bytes;
    if (bytes < 0 || this.#at > this.#bytes.length) {
      throw new RangeError('past the end of the footer');
    }
  }
}
