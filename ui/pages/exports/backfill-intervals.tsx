import { Anchor, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { answer } from '../../../api-client/index.ts';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { count } from '../../parts/format.ts';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { usePages } from '../../parts/use-pages.ts';
import { useApi } from '../../session/session.tsx';
import type { Backfill, BackfillInterval } from './data.ts';

export type IntervalStatus = BackfillInterval['status'];
const REFRESH_MS = 3_000;

/** What has become of each interval; `status` chooses some of them. */
export function BackfillIntervals({
  backfill: { id, export_id },
  status,
}: {
  backfill: Backfill;
  status: IntervalStatus | undefined;
}): ReactNode {
  const api = useApi();
  const list = usePages<BackfillInterval>({
    key: ['backfill', id, 'intervals', status],
    read: (query) =>
      answer(
        api.GET('/api/v1/backfills/{id}/intervals', {
          params: { path: { id }, query: { ...query, ...(status === undefined ? {} : { status }) } },
        }),
      ),
    refreshMs: REFRESH_MS,
  });
  return (
    <DataTable
      label="Intervals"
      list={list}
      columns={columnsFor(export_id)}
      rowKey={({ interval_end }) => interval_end}
      more="Later"
      empty={
        <Text size="sm" c="dimmed">
          {status === undefined ? 'The intervals are being planned.' : 'None.'}
        </Text>
      }
    />
  );
}

function columnsFor(exportId: string): readonly Column<BackfillInterval>[] {
  return [
    {
      title: 'Interval until',
      cell: ({ interval_end, run_id }) =>
        run_id === null ? (
          <Time at={interval_end} exact />
        ) : (
          <Anchor component={Link} to={`/exports/${exportId}/runs/${run_id}`} size="sm">
            <Time at={interval_end} exact />
          </Anchor>
        ),
    },
    { title: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
    { title: 'Rows', cell: ({ rows }) => count(rows), align: 'right' },
    {
      title: 'Expected',
      cell: ({ expected_rows: rows }) => (rows === null ? '?' : count(rows)),
      align: 'right',
      wide: true,
    },
    { title: 'Error', cell: ({ error }) => error?.message ?? '', wide: true },
  ];
}
