import type { InfiniteData } from '@tanstack/react-query';

/** What `usePages` holds. */
export type ShownPages<Row> = InfiniteData<{ items: Row[] }>;

/** The same pages, with other values in the row that has the id. */
export function withRow<Row extends { id: string }>(
  shown: ShownPages<Row>,
  id: string,
  changes: Partial<Row>,
): ShownPages<Row> {
  const pages = shown.pages.map((page) => ({
    ...page,
    items: page.items.map((row) => (row.id === id ? { ...row, ...changes } : row)),
  }));
  return { ...shown, pages };
}
