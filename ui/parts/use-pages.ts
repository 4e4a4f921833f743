import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import type { ListState } from './data-table.tsx';

interface PageOf<Row> {
  items: Row[];
  next_cursor: string | null;
}

export interface PagesOptions<Row, More extends object = object> {
  key: readonly unknown[];
  /** Reads the page that the cursor names; the first without one. */
  read: (query: { cursor?: string; limit: string }) => Promise<PageOf<Row> & More>;
  pageSize?: number;
  /** How often the pages that are shown are read again. */
  refreshMs?: number;
  enabled?: boolean;
  /** Whether what was shown stays until another key's list has come: while somebody types. */
  keepShown?: boolean;
}

/** A list with cursors as a DataTable wants it; `first` is the first page with what else it says. */
export function usePages<Row, More extends object = object>({
  key,
  read,
  pageSize = 25,
  refreshMs,
  enabled,
  keepShown = false,
}: PagesOptions<Row, More>): ListState<Row> & { first: (PageOf<Row> & More) | undefined } {
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) =>
      read({ limit: String(pageSize), ...(pageParam === undefined ? {} : { cursor: pageParam }) }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    ...(refreshMs === undefined ? {} : { refetchInterval: refreshMs }),
    ...(enabled === undefined ? {} : { enabled }),
    ...(keepShown ? { placeholderData: keepPreviousData } : {}),
  });
  return {
    first: query.data?.pages[0],
    items: query.data?.pages.flatMap((page) => page.items),
    error: query.error,
    hasMore: query.hasNextPage,
    loadingMore: query.isFetchingNextPage,
    more: () => void query.fetchNextPage(),
    retry: () => void query.refetch(),
  };
}
