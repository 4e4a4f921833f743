import { setTimeout as sleep } from 'node:timers/promises';
import { Option } from 'commander';
import { ApiProblem } from './api.ts';
import { defined } from './defined.ts';

/** One page of a list, as the API answers it. */
export interface PageOf<Item> {
  items: Item[];
  next_cursor: string | null;
}

/** As the API takes it. */
export interface PageQuery {
  limit: string;
  cursor?: string;
}

export interface PageOptions {
  limit?: string;
  cursor?: string;
  all?: boolean;
}

/** The most that the API answers at once. */
const LARGEST = '100';
const TOO_MANY_REQUESTS = 429;

/** Of every command that lists; `limit` is how many it shows when nobody says. */
export function pageOptions(limit = '20'): Option[] {
  return [
    new Option('--limit <n>', 'at most so many, up to 100').default(limit),
    new Option('--cursor <cursor>', '`next_cursor` of the page before'),
    new Option('--all', 'every page, from the cursor on when there is one').conflicts('limit'),
  ];
}

/** The page that was asked for; with `--all` this one and all that follow as one. */
export async function readPage<Page extends PageOf<unknown>>(
  { limit = LARGEST, cursor, all = false }: PageOptions,
  ask: (page: PageQuery) => Promise<Page>,
): Promise<Page> {
  const read = (after: string | undefined): Promise<Page> =>
    ask({ limit: all ? LARGEST : limit, ...defined({ cursor: after }) });
  const first = await read(cursor);
  return all ? withRest(first, read) : first;
}

/** What the first page says of the whole stays. */
async function withRest<Page extends PageOf<unknown>>(
  first: Page,
  read: (cursor: string) => Promise<Page>,
): Promise<Page> {
  const items = [...first.items];
  for (let next = first.next_cursor; next !== null;) {
    const page = await patiently(read, next);
    items.push(...page.items);
    next = page.next_cursor;
  }
  return { ...first, items, next_cursor: null };
}

/** Whoever reads very many pages meets the limit of requests, and waits as long as the API says. */
async function patiently<Page>(read: (cursor: string) => Promise<Page>, cursor: string): Promise<Page> {
  for (;;) {
    try {
      return await read(cursor);
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.status !== TOO_MANY_REQUESTS) {
        throw error;
      }
      await sleep((error.retryAfterSeconds ?? 1) * 1_000);
    }
  }
}

/** How to get on from an answer that is one page of several; undefined when it is all there is. */
export function moreText(answer: unknown): string | undefined {
  const { next_cursor: next } = (answer ?? {}) as Partial<PageOf<unknown>>;
  return typeof next === 'string'
    ? `There are more: --cursor ${next} shows the next page, --all every one.`
    : undefined;
}
