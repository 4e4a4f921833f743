import { Button, Group, Loader, ScrollArea, Skeleton, Stack, Table } from '@mantine/core';
import type { MouseEventHandler, ReactNode } from 'react';
import { ProblemAlert } from './problem-alert.tsx';

export interface Column<Row> {
  title: string;
  cell: (row: Row) => ReactNode;
  align?: 'left' | 'right';
  /** Left out where there is little room. */
  wide?: boolean;
}

/** What `usePages` answers, and any other list: absent `items` are still on their way. */
export interface ListState<Row> {
  items: readonly Row[] | undefined;
  error: Error | null;
  hasMore: boolean;
  loadingMore: boolean;
  more: () => void;
  retry: () => void;
}

export interface DataTableProps<Row> {
  /** For those who cannot see the heading above it. */
  label: string;
  list: ListState<Row>;
  columns: readonly Column<Row>[];
  rowKey: (row: Row) => string;
  /** Shown in place of an empty table. */
  empty: ReactNode;
  /** What the next page has, for lists that are not newest first: "Later". */
  more?: string;
  onOpen?: (row: Row) => void;
}

/** A list of the API, one page after another. The way to a row's own page is a link in its first cell. */
export function DataTable<Row>({
  label,
  list,
  columns,
  rowKey,
  empty,
  more = 'Older',
  onOpen,
}: DataTableProps<Row>): ReactNode {
  if (list.error !== null && list.items === undefined) {
    return <ProblemAlert error={list.error} retry={list.retry} />;
  }
  if (list.items === undefined) {
    return <Waiting />;
  }
  if (list.items.length === 0) {
    return empty;
  }
  return (
    <Stack gap="sm">
      {list.error !== null && <ProblemAlert error={list.error} retry={list.retry} />}
      <ScrollArea type="auto" viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': label }}>
        <Table aria-label={label} verticalSpacing="sm" highlightOnHover={false}>
          <Table.Thead>
            <Table.Tr>
              {columns.map(({ title, align = 'left', wide }) => (
                <Table.Th key={title} ta={align} {...wideOnly(wide)}>
                  {title}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {list.items.map((row) => (
              <Table.Tr
                key={rowKey(row)}
                {...(onOpen === undefined ? {} : { className: 'link-row', onClick: beside(() => onOpen(row)) })}
              >
                {columns.map(({ title, cell, align = 'left', wide }) => (
                  <Table.Td key={title} ta={align} {...wideOnly(wide)}>
                    {cell(row)}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea>
      {list.hasMore && (
        <Group justify="center">
          <Button variant="default" onClick={list.more} loading={list.loadingMore}>
            {more}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

/** A click on a link or a button of the row is theirs alone: it would go there twice. */
function beside(open: () => void): MouseEventHandler {
  return ({ target }) => {
    if (!(target instanceof Element && target.closest('a, button') !== null)) {
      open();
    }
  };
}

function wideOnly(wide: boolean | undefined): { visibleFrom?: 'sm' } {
  return wide === true ? { visibleFrom: 'sm' } : {};
}

function Waiting(): ReactNode {
  return (
    <Stack gap="xs" role="status" aria-label="Loading">
      <Loader size="xs" />
      {[0, 1, 2].map((row) => (
        <Skeleton key={row} h={36} />
      ))}
    </Stack>
  );
}
