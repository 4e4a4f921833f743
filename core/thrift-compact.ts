/** Type numbers of Thrift's compact protocol. */
export const THRIFT = {
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
} as const;

/** Just enough of Thrift's compact protocol to step over fields. Throws a RangeError past the end. */
export class CompactReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  byte(): number {
    const value = this.#bytes[this.#at];
    if (value === undefined) {
      throw new RangeError('past the end');
    }
    this.#at += 1;
    return value;
  }

  /** Exact up to 2^53; what is larger is only ever stepped over. */
  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.byte();
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) {
        return value;
      }
    }
    throw new RangeError('varint too long');
  }

  zigzag(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** Field headers carry the distance to the field before, or 0 and then the whole id. */
  fieldId(header: number, previous: number): number {
    const delta = header >> 4;
    return delta === 0 ? this.zigzag() : previous + delta;
  }

  skip(type: number): void {
    if (type === THRIFT.struct) {
      this.#skipStruct();
    } else if (type === THRIFT.list || type === THRIFT.set) {
      this.#skipList();
    } else if (type === THRIFT.map) {
      this.#skipMap();
    } else {
      this.#skipScalar(type);
    }
  }

  #skipScalar(type: number): void {
    if (type === THRIFT.binary) {
      this.#forward(this.varint());
    } else if (type === THRIFT.double) {
      this.#forward(8);
    } else if (type === THRIFT.byte) {
      this.#forward(1);
    } else if (type === THRIFT.i16 || type === THRIFT.i32 || type === THRIFT.i64) {
      this.varint();
    } else if (type !== THRIFT.true && type !== THRIFT.false) {
      throw new RangeError(`unknown type ${String(type)}`);
    }
  }

  #skipStruct(): void {
    for (let header = this.byte(); (header & 15) !== THRIFT.stop; header = this.byte()) {
      this.fieldId(header, 0);
      this.skip(header & 15);
    }
  }

  #skipList(): void {
    const header = this.byte();
    const size = header >> 4 === 15 ? this.varint() : header >> 4;
    this.#skipElements(size, [header & 15]);
  }

  #skipMap(): void {
    const size = this.varint();
    if (size > 0) {
      const types = this.byte();
      this.#skipElements(size, [types >> 4, types & 15]);
    }
  }

  /** Unlike a field, an element of a boolean collection takes a byte. */
  #skipElements(size: number, types: readonly number[]): void {
    for (let index = 0; index < size; index += 1) {
      for (const type of types) {
        this.skip(type === THRIFT.true || type === THRIFT.false ? THRIFT.byte : type);
      }
    }
  }

  #forward(bytes: number): void {
    this.#at += bytes;
    if (this.#at > this.#bytes.length) {
      throw new RangeError('past the end');
    }
  }
}
