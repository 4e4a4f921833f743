/**
 * The URL, or undefined when the text is none. Never `URL.canParse`: once it is called often, Node 20 hands it Latin-1
 * text as if it were UTF-8 and refuses every URL with an `ä` in it.
 */
export function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
