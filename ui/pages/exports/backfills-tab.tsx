import { Anchor, Button, Group, Stack } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { answer } from '../../../api-client/index.ts';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { count } from '../../parts/format.ts';
import { LabelledProgress } from '../../parts/labelled-progress.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { Time, ZoneNote } from '../../parts/time.tsx';
import { usePages } from '../../parts/use-pages.ts';
import { useApi, useCan } from '../../session/session.tsx';
import type { Backfill, ExportDetail } from './data.ts';
import { NewBackfill } from './new-backfill.tsx';

const REFRESH_MS = 3_000;

export function BackfillsTab({ detail }: { detail: ExportDetail }): ReactNode {
  const api = useApi();
  const canWrite = useCan('write');
  const [opened, setOpened] = useState(false);
  const list = usePages<Backfill>({
    key: ['export', detail.id, 'backfills'],
    read: (query) => answer(api.GET('/api/v1/exports/{id}/backfills', { params: { path: { id: detail.id }, query } })),
    refreshMs: REFRESH_MS,
  });
  const start = canWrite ? (
    <Button
      onClick={() => {
        setOpened(true);
      }}
    >
      New backfill
    </Button>
  ) : null;
  return (
    <Stack>
      {(list.items?.length ?? 0) > 0 && <Group justify="flex-end">{start}</Group>}
      <DataTable
        label="Backfills"
        list={list}
        columns={COLUMNS}
        rowKey={({ id }) => id}
        empty={
          <EmptyState
            title="No backfills"
            text="A backfill exports intervals of the past, several at a time, in slots of its own: live runs and webhooks never wait for it. Intervals that are exported already are skipped."
          >
            {start}
          </EmptyState>
        }
      />
      <ZoneNote />
      <NewBackfill
        detail={detail}
        opened={opened}
        onClose={() => {
          setOpened(false);
        }}
      />
    </Stack>
  );
}

const COLUMNS: readonly Column<Backfill>[] = [
  {
    title: 'Range',
    cell: ({ id, export_id, range_start, range_end }) => (
      <Anchor component={Link} to={`/exports/${export_id}/backfills/${id}`} size="sm">
        <Time at={range_start} exact /> – <Time at={range_end} exact />
      </Anchor>
    ),
  },
  { title: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
  { title: 'Progress', cell: (row) => <BackfillProgress backfill={row} /> },
  { title: 'Rows', cell: ({ progress }) => count(progress.rows), align: 'right', wide: true },
];

export function BackfillProgress({ backfill: { status, progress } }: { backfill: Backfill }): ReactNode {
  return (
    <LabelledProgress
      label="Intervals that need nothing more"
      percent={progress.percent}
      etaSeconds={progress.seconds_left}
      active={status === 'running'}
    />
  );
}
