import { RE2JS } from 're2js';

/** Far below what ClickHouse's RE2 compiles in its 8 MB, and compiled in milliseconds here. */
const MAX_PROGRAM_SIZE = 10_000;

/** The pattern as both engines get it: `.` matches line breaks, as ClickHouse's `match` does. */
export function regexPattern(pattern: string): string {
  return `(?s)${pattern}`;
}

/** Why both engines could not take the pattern, or undefined. RE2 has no backtracking: matching takes linear time. */
export function regexFault(pattern: string): string | undefined {
  try {
    const size = RE2JS.compile(regexPattern(pattern)).programSize();
    return size > MAX_PROGRAM_SIZE ? 'its repetitions make it too large' : undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * A pattern that finds `text` whatever the case. The alternatives of each character are spelled out, so that the two
 * engines need not agree on a version of Unicode.
 */
export function containsPattern(text: string): string {
  return Array.from(text, eitherCase).join('');
}

function eitherCase(character: string): string {
  const upper = character.toUpperCase();
  const cases = new Set([character, upper, upper.toLowerCase(), character.toLowerCase()]);
  const single = [...cases].filter((each) => Array.from(each).length === 1).map(codePoint);
  return single.length === 1 ? single.join('') : `[${single.join('')}]`;
}

function codePoint(character: string): string {
  return `\\x{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

export function compilePattern(pattern: string): (text: string) => boolean {
  const compiled = RE2JS.compile(pattern);
  return (text) => compiled.test(text);
}
