import { errorCode } from '../core/errors.ts';
import { MAX_PAGE_BYTES, PAGE_TOO_LARGE } from '../core/page-bytes.ts';
import type { TailEvent } from '../core/webhook-event.ts';

/** After a refusal, which costs a query: the next page is likely to fit. */
const SHRINK = 8;
/** A page that is twice as long must still be far from the bound: other columns and the engine's own layout count too. */
const GROW_BELOW_BYTES = MAX_PAGE_BYTES / 4;

/** How many events a reader asks for at once: fewer where they are large. */
export class PageSize {
  readonly #maxRows: number;
  #rows: number;

  constructor(maxRows: number) {
    this.#maxRows = maxRows;
    this.#rows = maxRows;
  }

  /** The longest page that is not refused. `more`: it is full. */
  async read(read: (rows: number) => Promise<TailEvent[]>): Promise<{ events: TailEvent[]; more: boolean }> {
    return this.page(async (rows) => {
      const events = await read(rows);
      return { events, more: events.length === rows };
    });
  }

  /** The same for a page that is more than its events. */
  async page<Page extends { events: TailEvent[] }>(read: (rows: number) => Promise<Page>): Promise<Page> {
    for (;;) {
      const rows = this.#rows;
      try {
        const page = await read(rows);
        this.#grow(page.events);
        return page;
      } catch (error) {
        if (rows === 1 || errorCode(error) !== PAGE_TOO_LARGE) {
          throw error;
        }
        this.#rows = Math.max(1, Math.floor(rows / SHRINK));
      }
    }
  }

  /** The events of these keys, page by page; one is read when the one before has been dealt with. */
  async *pages<Key>(
    keys: readonly Key[],
    read: (page: readonly Key[]) => Promise<TailEvent[]>,
  ): AsyncGenerator<TailEvent[]> {
    let page: readonly Key[] = [];
    for (let start = 0; start < keys.length; start += page.length) {
      const { events } = await this.read((rows) => {
        page = keys.slice(start, start + rows);
        return read(page);
      });
      yield events;
    }
  }

  #grow(events: readonly TailEvent[]): void {
    if (events.length === this.#rows && bytesOf(events) < GROW_BELOW_BYTES) {
      this.#rows = Math.min(this.#maxRows, this.#rows * 2);
    }
  }
}

function bytesOf(events: readonly TailEvent[]): number {
  return events.reduce((sum, event) => sum + event.propertiesJson.length + event.personPropertiesJson.length, 0);
}
