import { sqlText } from '../sql.ts';

/*
 * The members of a JSON object as spans of its text, in ClickHouse. Nothing is parsed and written again, so numbers,
 * escapes and the order of members stay as they were captured. Precondition: the text is JSON.
 *
 * The text is cut at its quotes, so pieces are outside and inside of strings in turn. For that, `\\` and `\"` are
 * replaced by control characters, which JSON cannot hold as they are, and put back at the end.
 */

const SPACE = sqlText(' \n\r\t');
const COMMA_AND_SPACE = sqlText(', \n\r\t');
const COLON_AND_SPACE = sqlText(': \n\r\t');
const STRING = sqlText(String.raw`^"(?:[^"\\]|\\.)*"`);
const BACKSLASH = sqlText('\\');

/** Condition: the JSON is an object. */
export function isObject(json: string): string {
  return `startsWith(trim(LEADING ${SPACE} FROM ${json}), '{')`;
}

/** Array of an object's members as text, `"name" : value`, without what is between them. */
export function membersOf(json: string): string {
  const trimmed = `trim(BOTH ${SPACE} FROM ${json})`;
  const pieces = `splitByChar('"', ${hidden(`substring(${trimmed}, 2, length(${trimmed}) - 2)`)})`;
  const indexes = `arrayEnumerate(${pieces})`;
  const step = `if(__index % 2 = 0 OR __piece IN (':', ','), 0, ${opened('__piece')})`;
  const depths = `arrayCumSum(arrayMap((__piece, __index) -> ${step}, ${pieces}, ${indexes}))`;
  const following = `arrayPushBack(arrayPopFront(${pieces}), '')`;
  const isName = `__index % 2 = 0 AND __depth = 0 AND startsWith(trim(LEADING ${SPACE} FROM __following), ':')`;
  const starts = `arrayMap((__index, __depth, __following) -> ${isName}, ${indexes}, ${depths}, ${following})`;
  // What comes before the first name is no member.
  const parts = `arrayPopFront(arraySplit((__piece, __start) -> __start, ${pieces}, ${starts}))`;
  const text = `concat('"', trim(TRAILING ${COMMA_AND_SPACE} FROM arrayStringConcat(__part, '"')))`;
  return `arrayMap(__part -> ${restored(text)}, ${parts})`;
}

/** A member's name with its quotes, as it was written. */
export function writtenName(member: string): string {
  return `substring(${member}, 1, ${nameEnd(member)})`;
}

/** A member's name with its escapes resolved; empty when that cannot be done. */
export function nameOf(member: string): string {
  return decoded(writtenName(member));
}

/** Condition: a member's name has escapes that cannot be resolved, such as half a surrogate pair. */
export function hasUnreadableName(member: string): string {
  return `(${nameOf(member)} = '' AND NOT startsWith(${member}, '""'))`;
}

/** The JSON text of a member's value. */
export function valueOf(member: string): string {
  return `trim(LEADING ${COLON_AND_SPACE} FROM substring(${member}, ${nameEnd(member)} + 1))`;
}

/** What a JSON string stands for; empty when its escapes cannot be resolved. */
export function decoded(string: string): string {
  const plain = `substring(${string}, 2, length(${string}) - 2)`;
  return `if(position(${string}, ${BACKSLASH}) = 0, ${plain}, JSONExtractString(concat('[', ${string}, ']'), 1))`;
}

/** Most names have no escapes, and end at the next quote. */
function nameEnd(member: string): string {
  const quote = `position(${member}, '"', 2)`;
  const plain = `position(substring(${member}, 1, ${quote}), ${BACKSLASH}) = 0`;
  return `if(${plain}, ${quote}, length(extract(${member}, ${STRING})))`;
}

function opened(piece: string): string {
  const count = (bracket: string): string => `countSubstrings(${piece}, '${bracket}')`;
  return `toInt32(${count('{')} + ${count('[')}) - toInt32(${count('}')} + ${count(']')})`;
}

function hidden(text: string): string {
  return String.raw`replaceAll(replaceAll(${text}, '\\\\', '\x01'), '\\"', '\x02')`;
}

function restored(text: string): string {
  return String.raw`replaceAll(replaceAll(${text}, '\x02', '\\"'), '\x01', '\\\\')`;
}
