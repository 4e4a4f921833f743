import { setTimeout as sleep } from 'node:timers/promises';
import { Option, type Command } from 'commander';
import { ApiProblem, type ApiCall } from './api.ts';

/** One page of a list, as the API answers it. */
export interface PageOf<Item> {
  items: Item[];
  next_cursor: string | null;
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

export function withPages(command: Command, limit?: string): Command {
  pageOptions(limit).forEach((option) => command.addOption(option));
  return command;
}

/** The page of `path` that was asked for; with `--all` this one and all that follow as one. `query` narrows the list. */
export async function readPage<Page extends Partial<PageOf<unknown>>>(
  api: ApiCall,
  path: string,
  { limit = LARGEST, cursor, all = false }: PageOptions,
  query: Readonly<Record<string, string>> = {},
): Promise<Page> {
  const read = (after: string | undefined): Promise<Page> => {
    const page = { limit: all ? LARGEST : limit, ...(after === undefined ? {} : { cursor: after }) };
    return api<Page>('GET', `${path}?${new URLSearchParams({ ...query, ...page }).toString()}`);
  };
  const first = await read(cursor);
  return all ? withRest(first, read) : first;
}

/** What the first page says of the whole stays. */
async function withRest<Page extends Partial<PageOf<unknown>>>(
  first: Page,
  read: (cursor: string) => Promise<Page>,
): Promise<Page> {
  const items = [...(first.items ?? [])];
  for (let next = first.next_cursor ?? null; next !== null;) {
    const page = await patiently(read, next);
    items.push(...(page.items ?? []));
    next = page.next_cursor ?? null;
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
