/**
 * A JSON number by its mathematical value: a bigint when it is an integer of 64 bits (signed or not), else the nearest
 * double. Equal values have one form, and JavaScript compares the two forms exactly.
 */
export type ExactNumber = bigint | number;

export const MIN_INT64 = -(2n ** 63n);
export const MAX_INT64 = 2n ** 63n - 1n;
export const MAX_UINT64 = 2n ** 64n - 1n;

const INTEGER = /^-?(?:0|[1-9]\d*)$/;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** The value of a JSON number, or undefined when ClickHouse refuses it: an integer beyond 64 bits, an infinite double. */
export function exactNumber(text: string): ExactNumber | undefined {
  if (INTEGER.test(text)) {
    const value = BigInt(text);
    return isInt(value) ? value : undefined;
  }
  const value = Number(text);
  return Number.isFinite(value) ? exactDouble(value) : undefined;
}

/** As `exactNumber`, of a filter's value; a text has to be a JSON number. */
export function exactNumberOf(value: number | string): ExactNumber | undefined {
  if (typeof value === 'number') {
    return Number.isFinite(value) ? exactDouble(value) : undefined;
  }
  return NUMBER.test(value) ? exactNumber(value) : undefined;
}

function exactDouble(value: number): ExactNumber {
  const integer = Number.isInteger(value) ? BigInt(value) : undefined;
  return integer !== undefined && isInt(integer) ? integer : value;
}

function isInt(value: bigint): boolean {
  return value >= MIN_INT64 && value <= MAX_UINT64;
}

/** The IEEE 754 bits: a double goes to ClickHouse by them, because its parser of parameters rounds differently. */
export function doubleBits(value: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0);
}
