/**
 * ClickHouse sends its status before the body, so an error half-way is written into the body: framed by `__exception__`
 * lines and the tag of the X-ClickHouse-Exception-Tag header (25.11 and later), or as bare text at the end (before).
 * Returns the error's text, or undefined. Bare text is looked for at the very end only: an event may quote one.
 */
export function findStreamException(tail: Buffer, tag: string | undefined): string | undefined {
  const text = tail.toString('latin1');
  return framed(text, tag) ?? BARE.exec(text)?.[0]?.slice(0, MAX_CHARS);
}

const FRAME = '__exception__';
const BARE = /Code: \d+\. DB::Exception: [^]{0,16000}\(version [^()]{1,60}(\([^()]{0,60}\))?\)\s*$/;
const MAX_CHARS = 500;

/** `\r\n__exception__\r\n<tag>\r\n<text>\r\n<length> <tag>\r\n__exception__\r\n`: no format of ours holds a raw CR LF. */
function framed(text: string, tag: string | undefined): string | undefined {
  const end = text.lastIndexOf(FRAME);
  const opening = `\r\n${FRAME}\r\n${tag ?? ''}`;
  // From before the CR LF of the closing line on, which looks like the opening one.
  const start = end < 3 ? -1 : text.lastIndexOf(opening, end - 3);
  const closed = end >= 0 && text.slice(end + FRAME.length).trim() === '';
  return start >= 0 && closed
    ? text
        .slice(start + opening.length, end)
        .trim()
        .slice(0, MAX_CHARS)
    : undefined;
}
