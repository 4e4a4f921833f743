import { Anchor, Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { answer } from '../../../api-client/index.ts';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { count } from '../../parts/format.ts';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { TemporalLink } from '../../parts/temporal-link.tsx';
import { Time } from '../../parts/time.tsx';
import { usePages } from '../../parts/use-pages.ts';
import { useApi, useCan } from '../../session/session.tsx';
import { CancelOnce } from './cancel-once.tsx';
import type { OnDemandExport } from './data.ts';
import { DeleteOnce } from './delete-once.tsx';
import { OnceFiles } from './once-files.tsx';

const REFRESH_MS = 3_000;

/** What was exported once, newest first: how it goes, why it failed, where it is. */
export function OnceTable(): ReactNode {
  const api = useApi();
  const list = usePages<OnDemandExport>({
    key: ['on-demand'],
    read: (query) => answer(api.GET('/api/v1/on-demand-exports', { params: { query } })),
    refreshMs: REFRESH_MS,
  });
  return (
    <DataTable
      label="Exports made once"
      list={list}
      columns={COLUMNS}
      rowKey={({ id }) => id}
      empty={
        <EmptyState title="None yet" text="Choose a range above; the files stay for a while, by links that expire." />
      }
    />
  );
}

const COLUMNS: readonly Column<OnDemandExport>[] = [
  { title: 'Name', cell: (row) => <Name row={row} /> },
  {
    title: 'Range',
    cell: ({ from, to }) => (
      <>
        <Time at={from} exact /> – <Time at={to} exact />
      </>
    ),
    wide: true,
  },
  { title: 'Status', cell: (row) => <Status row={row} /> },
  {
    title: 'Rows',
    cell: ({ progress, run }) => count(run?.rows ?? progress?.rows_done ?? 0),
    align: 'right',
    wide: true,
  },
  { title: 'Files', cell: (row) => <Files row={row} /> },
];

/** Waits for its run, or has one that has not ended. */
function isOpen({ status, run }: OnDemandExport): boolean {
  return run === null ? status === 'queued' : run.finished_at === null;
}

function Name({ row: { name, created_at: at, run } }: { row: OnDemandExport }): ReactNode {
  return (
    <Stack gap={0}>
      <Text size="sm" className="break-anywhere">
        {name}
      </Text>
      <Text size="xs" c="dimmed" component="div">
        <Time at={at} />
      </Text>
      {run !== null && <TemporalLink workflowId={run.workflow_id} label="Temporal" />}
    </Stack>
  );
}

/** With why it failed, and what to do. */
function Status({ row: { status, run } }: { row: OnDemandExport }): ReactNode {
  const error = run?.error ?? null;
  return (
    <Stack gap={4} align="flex-start" miw={{ base: 130, sm: 240 }}>
      <StatusBadge status={status} />
      {error !== null && (
        <Text size="xs" maw={360} component="div" className="break-anywhere">
          {error.message} {error.remedy}{' '}
          <Text span size="xs" c="dimmed">
            {error.code}
          </Text>
        </Text>
      )}
    </Stack>
  );
}

/** Links or where they are, and the way out: one that has not ended is cancelled before it can be deleted. */
function Files({ row }: { row: OnDemandExport }): ReactNode {
  const canWrite = useCan('write');
  const { id, name, destination_id: destinationId, download, status } = row;
  return (
    <Group gap="xs">
      {download && status === 'completed' && <OnceFiles id={id} />}
      {destinationId !== null && (
        <Anchor component={Link} to={`/exports/destinations/${destinationId}`} size="sm">
          {status === 'completed' ? 'at the destination' : 'to its destination'}
        </Anchor>
      )}
      {canWrite && (isOpen(row) ? <CancelOnce id={id} name={name} /> : <DeleteOnce {...{ id, name, download }} />)}
    </Group>
  );
}
