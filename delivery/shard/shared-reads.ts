import type { SourcePort } from './ports.ts';

/**
 * Reads of one shard's lanes at the same time. Eight shards of a process leave half of its connections to polls and the
 * attempt log; one lane whose filter is slow to read does not hold up the others.
 */
const MAX_AT_ONCE = 4;

interface Waiting {
  key: string;
  read: () => Promise<unknown>;
  result: Promise<unknown>;
  settle: (result: Promise<unknown>) => void;
}

/**
 * The source as lanes that catch up use it: in order, a few reads at a time, and who asks for the same before its reading
 * has begun shares it. So 500 destinations that begin at one place read it a few times. An answer is never older than
 * the question: a lane that has joined the tail sees every row that was visible when it joined.
 */
export function sharedReads(source: SourcePort): SourcePort {
  const queue = new ReadQueue();
  return {
    nowMicros: () => queue.read('now', () => source.nowMicros()),
    pollTail: (query) => queue.read(`tail ${JSON.stringify(query)}`, () => source.pollTail(query)),
    readRange: (query) => queue.read(`range ${JSON.stringify(query)}`, () => source.readRange(query)),
    readKeys: (query) => queue.read(`keys ${JSON.stringify(query)}`, () => source.readKeys(query)),
    readEventsByKeys: (teamId, keys) => {
      const key = `events ${String(teamId)} ${keys.map(({ uuid }) => uuid).join()}`;
      return queue.read(key, () => source.readEventsByKeys(teamId, keys));
    },
    readDigests: (query) => queue.read(`digests ${JSON.stringify(query)}`, () => source.readDigests(query)),
  };
}

class ReadQueue {
  #waiting = new Map<string, Waiting>();
  #running = 0;
  #starting = false;

  read<Result>(key: string, read: () => Promise<Result>): Promise<Result> {
    let waiting = this.#waiting.get(key);
    if (waiting === undefined) {
      waiting = newWaiting(key, read);
      this.#waiting.set(key, waiting);
      this.#startSoon();
    }
    return waiting.result as Promise<Result>;
  }

  /** After all lanes that ask at this moment. */
  #startSoon(): void {
    if (!this.#starting) {
      this.#starting = true;
      setImmediate(() => {
        this.#starting = false;
        this.#start();
      });
    }
  }

  #start(): void {
    for (const waiting of this.#waiting.values()) {
      if (this.#running >= MAX_AT_ONCE) {
        return;
      }
      this.#waiting.delete(waiting.key);
      this.#running += 1;
      waiting.settle(
        waiting.read().finally(() => {
          this.#running -= 1;
          this.#startSoon();
        }),
      );
    }
  }
}

function newWaiting(key: string, read: () => Promise<unknown>): Waiting {
  let settle: Waiting['settle'] = () => undefined;
  const result = new Promise<unknown>((resolve) => {
    settle = resolve;
  });
  return { key, read, result, settle };
}
