/** Strings as a whole, then brackets, separators, and what stands between them: numbers and words. */
const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{},:]|[^\s[\]{},:"]+/g;

/** JSON on lines of its own, every value as it was written: a number of 19 digits keeps them all. Other text is as it is. */
export function laidOut(text: string): string {
  return isJson(text) ? indented(text.match(TOKENS) ?? []) : text;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function indented(tokens: readonly string[]): string {
  let depth = 0;
  const line = (): string => `\n${'  '.repeat(depth)}`;
  const parts = tokens.map((token, index) => {
    const [before, after] = [tokens[index - 1] ?? '', tokens[index + 1] ?? ''];
    switch (token) {
      case '{':
      case '[':
        depth += 1;
        return isClosing(after) ? token : token + line();
      case '}':
      case ']':
        depth -= 1;
        return isOpening(before) ? token : line() + token;
      case ',':
        return token + line();
      case ':':
        return ': ';
      default:
        return token;
    }
  });
  return parts.join('');
}

const isOpening = (token: string): boolean => token === '{' || token === '[';
const isClosing = (token: string): boolean => token === '}' || token === ']';
