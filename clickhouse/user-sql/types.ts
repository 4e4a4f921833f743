import type { Cursor } from './cursor.ts';

/** Types without arguments, as the engine spells them. */
const PLAIN = [
  ...['String', 'UUID', 'Bool', 'Date', 'Date32', 'DateTime', 'Float32', 'Float64', 'IPv4', 'IPv6'],
  ...[8, 16, 32, 64, 128, 256].flatMap((bits) => [`Int${String(bits)}`, `UInt${String(bits)}`]),
];
/** Names of standard SQL. */
const SYNONYMS: Readonly<Record<string, string>> = {
  text: 'String', varchar: 'String', boolean: 'Bool', integer: 'Int32', int: 'Int32', bigint: 'Int64', smallint: 'Int16',
  tinyint: 'Int8', float: 'Float32', double: 'Float64', real: 'Float32', timestamp: 'DateTime',
}; // prettier-ignore
const BY_NAME = new Map([...PLAIN.map((name) => [name.toLowerCase(), name] as const), ...Object.entries(SYNONYMS)]);

type ReadArguments = (cursor: Cursor) => string;

const typeList: ReadArguments = (cursor) => cursor.list(() => readType(cursor)).join(', ');
const oneType: ReadArguments = (cursor) => readType(cursor);
const numbers: ReadArguments = (cursor) => cursor.list(() => wholeNumber(cursor)).join(', ');
const zone: ReadArguments = (cursor) => timeZone(cursor);
const precisionAndZone: ReadArguments = (cursor) => {
  const precision = wholeNumber(cursor);
  return cursor.accept(',') ? `${precision}, ${timeZone(cursor)}` : precision;
};

const WITH_ARGUMENTS = new Map<string, readonly [string, ReadArguments]>([
  ['nullable', ['Nullable', oneType]],
  ['array', ['Array', oneType]],
  ['lowcardinality', ['LowCardinality', oneType]],
  ['tuple', ['Tuple', typeList]],
  ['map', ['Map', typeList]],
  ['datetime', ['DateTime', zone]],
  ['datetime64', ['DateTime64', precisionAndZone]],
  ['fixedstring', ['FixedString', numbers]],
  ['decimal', ['Decimal', numbers]],
  ...[32, 64, 128, 256].map((bits) => [`decimal${String(bits)}`, [`Decimal${String(bits)}`, numbers]] as const),
]);

/**
 * The name of a type that a query may cast to, written anew. States of aggregates are not among them (their bytes are
 * taken as they are), nor types whose columns depend on the data.
 */
export function readType(cursor: Cursor): string {
  const token = cursor.next();
  const name = token.kind === 'word' ? token.text.toLowerCase() : '';
  const nesting = WITH_ARGUMENTS.get(name);
  if (nesting !== undefined && cursor.isSymbol('(')) {
    return `${nesting[0]}(${cursor.enclosed(() => nesting[1](cursor))})`;
  }
  const plain = BY_NAME.get(name);
  if (plain === undefined) {
    throw cursor.refuse(
      `the type ${JSON.stringify(token.text)} is not allowed`,
      `Use one of ${PLAIN.join(', ')}, Decimal, DateTime64, Array, Map, Tuple, Nullable.`,
      token,
    );
  }
  return plain;
}

function wholeNumber(cursor: Cursor): string {
  const token = cursor.next();
  if (token.kind !== 'number' || !/^[0-9]{1,5}$/.test(token.text)) {
    throw cursor.refuse('a type takes whole numbers here', 'Write for example Decimal(18, 4).', token);
  }
  return token.text;
}

/** Copied as it is: letters, digits and `/_+-` only. */
function timeZone(cursor: Cursor): string {
  const token = cursor.next();
  if (token.kind !== 'string' || !/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/.test(token.text)) {
    throw cursor.refuse('this is no time zone', "Write for example 'Europe/Berlin'.", token);
  }
  return `'${token.text}'`;
}
