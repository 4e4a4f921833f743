import { fieldAt, follow, rootTable } from './flatbuffer.ts';

/*
 * An Arrow file: `ARROW1` and two bytes of padding; messages, each of a continuation mark, the length of its metadata,
 * the metadata (a flatbuffer `Message`) and a body; a message of length 0; the footer (a flatbuffer that lists the record
 * batches), its length, and `ARROW1` again.
 * https://arrow.apache.org/docs/format/Columnar.html#ipc-file-format
 */

const MAGIC = 'ARROW1';
const HEAD_BYTES = 8;
const FRAME_BYTES = 8;
const CONTINUATION = 0xffffffff;
/** Footer length, 4 bytes, and magic. */
const END_BYTES = 4 + MAGIC.length;
/** Far above a schema of thousands of columns; what is longer is no Arrow file. */
const MAX_METADATA_BYTES = 16 * 1024 * 1024;

const MESSAGE = { headerType: 1, header: 2, bodyLength: 3 };
const RECORD_BATCH = 3;
const RECORD_BATCH_LENGTH = 0;
const FOOTER_RECORD_BATCHES = 3;

interface Message {
  /** Rows, of a record batch. */
  rows: number | undefined;
  bodyBytes: number;
}

type Expected = 'head' | 'frame' | 'metadata' | 'footer';

/** Counts the rows of an Arrow file as its bytes pass; keeps one message's metadata, never a body. */
export class ArrowRowCounter {
  #expected: Expected = 'head';
  /** Bytes of the current item, gathered until there are `#wantedBytes`; of the footer all. */
  #gathered: Uint8Array[] = [];
  #gatheredBytes = 0;
  #wantedBytes = HEAD_BYTES;
  #bodyBytesLeft = 0;
  #rows = 0;
  #batches = 0;
  #damaged = false;

  push(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length && !this.#damaged) {
      at += this.#bodyBytesLeft > 0 ? this.#skipBody(bytes.length - at) : this.#gather(bytes.subarray(at));
    }
  }

  /** Undefined unless the whole file has passed, and its footer lists as many record batches as were seen. */
  rows(): number | undefined {
    return !this.#damaged && this.#expected === 'footer' && this.#isFooterRight() ? this.#rows : undefined;
  }

  #skipBody(available: number): number {
    const skipped = Math.min(available, this.#bodyBytesLeft);
    this.#bodyBytesLeft -= skipped;
    return skipped;
  }

  #gather(bytes: Uint8Array): number {
    const taken = Math.min(bytes.length, this.#wantedBytes - this.#gatheredBytes);
    // A copy: the piece's memory is not kept for a few bytes of it.
    this.#gathered.push(bytes.slice(0, taken));
    this.#gatheredBytes += taken;
    if (this.#gatheredBytes === this.#wantedBytes) {
      this.#takeItem();
    }
    return taken;
  }

  #takeItem(): void {
    const item = concat(this.#gathered, this.#gatheredBytes);
    try {
      this.#read(item);
    } catch {
      this.#damaged = true;
    }
  }

  #read(item: DataView): void {
    switch (this.#expected) {
      case 'head':
        this.#damaged = textAt(item, 0) !== MAGIC;
        this.#expect('frame', FRAME_BYTES);
        return;
      case 'frame':
        this.#readFrame(item);
        return;
      case 'metadata':
        this.#readMessage(messageOf(item));
        return;
      case 'footer':
        this.#damaged = true;
    }
  }

  #readFrame(frame: DataView): void {
    const bytes = frame.getUint32(4, true);
    this.#damaged = frame.getUint32(0, true) !== CONTINUATION || bytes > MAX_METADATA_BYTES;
    if (bytes === 0) {
      this.#expect('footer', MAX_METADATA_BYTES);
    } else {
      this.#expect('metadata', bytes);
    }
  }

  #readMessage({ rows, bodyBytes }: Message): void {
    this.#rows += rows ?? 0;
    this.#batches += rows === undefined ? 0 : 1;
    this.#bodyBytesLeft = bodyBytes;
    this.#expect('frame', FRAME_BYTES);
  }

  #expect(expected: Expected, bytes: number): void {
    this.#expected = expected;
    this.#wantedBytes = bytes;
    this.#gathered = [];
    this.#gatheredBytes = 0;
  }

  #isFooterRight(): boolean {
    const end = concat(this.#gathered, this.#gatheredBytes);
    const footerBytes = end.byteLength - END_BYTES;
    try {
      return (
        textAt(end, end.byteLength - MAGIC.length) === MAGIC &&
        end.getUint32(footerBytes, true) === footerBytes &&
        batchesIn(end) === this.#batches
      );
    } catch {
      return false;
    }
  }
}

function messageOf(metadata: DataView): Message {
  const message = rootTable(metadata);
  const type = fieldAt(metadata, message, MESSAGE.headerType);
  const body = fieldAt(metadata, message, MESSAGE.bodyLength);
  const isBatch = type !== undefined && metadata.getUint8(type) === RECORD_BATCH;
  return {
    rows: isBatch ? batchRows(metadata, message) : undefined,
    bodyBytes: body === undefined ? 0 : longAt(metadata, body),
  };
}

function batchRows(metadata: DataView, message: number): number {
  const header = fieldAt(metadata, message, MESSAGE.header);
  if (header === undefined) {
    throw new RangeError('a record batch without header');
  }
  const length = fieldAt(metadata, follow(metadata, header), RECORD_BATCH_LENGTH);
  return length === undefined ? 0 : longAt(metadata, length);
}

function batchesIn(footer: DataView): number {
  const batches = fieldAt(footer, rootTable(footer), FOOTER_RECORD_BATCHES);
  return batches === undefined ? 0 : footer.getUint32(follow(footer, batches), true);
}

function longAt(view: DataView, at: number): number {
  const value = Number(view.getBigInt64(at, true));
  if (value < 0) {
    throw new RangeError('a negative length');
  }
  return value;
}

function textAt(view: DataView, at: number): string {
  return String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset + at, MAGIC.length));
}

function concat(parts: readonly Uint8Array[], bytes: number): DataView {
  const all = new Uint8Array(bytes);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return new DataView(all.buffer);
}
