import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { Sparkline } from '../../charts/sparkline.tsx';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { Page } from '../../parts/page.tsx';
import { SearchInput } from '../../parts/search-input.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { useCan } from '../../session/session.tsx';
import { useDestinations, useExports, useRecentRuns, type Export } from './data.ts';
import { intervalLabel } from './intervals.ts';

const SPARK_RUNS = 30;

export function ExportsPage(): ReactNode {
  const canWrite = useCan('write');
  const list = useExports();
  const [search, setSearch] = useState('');
  const wanted = search.trim().toLowerCase();
  const items = list.items?.filter(({ name }) => name.toLowerCase().includes(wanted));
  const actions = (
    <Group gap="xs">
      <Button component={Link} to="/exports/once" variant="default">
        Export once
      </Button>
      {canWrite && <NewExportButton />}
    </Group>
  );
  return (
    <Page title="Batch exports" subtitle="New rows, on a schedule, into stores and warehouses." actions={actions}>
      {(list.items?.length ?? 0) > 0 && (
        <SearchInput label="Search exports" placeholder="Search by name" value={search} onChange={setSearch} />
      )}
      <DataTable
        label="Exports"
        list={{ ...list, items }}
        columns={COLUMNS}
        rowKey={({ id }) => id}
        empty={wanted === '' ? <NoExports canWrite={canWrite} /> : <Text c="dimmed">No export is called that.</Text>}
      />
    </Page>
  );
}

function NewExportButton(): ReactNode {
  return (
    <Button component={Link} to="/exports/new" leftSection={<IconPlus size={16} />}>
      New export
    </Button>
  );
}

function NoExports({ canWrite }: { canWrite: boolean }): ReactNode {
  return (
    <EmptyState
      title="No exports yet"
      text="An export copies the events of each minute, hour, day or week to a bucket, a database or a warehouse of yours, each interval exactly once. It starts with the next interval; a backfill brings the past."
    >
      {canWrite && <NewExportButton />}
    </EmptyState>
  );
}

const COLUMNS: readonly Column<Export>[] = [
  { title: 'Name', cell: (row) => <NameCell row={row} /> },
  { title: 'State', cell: (row) => <StateCell row={row} /> },
  { title: 'Schedule', cell: ({ interval }) => intervalLabel(interval), wide: true },
  { title: 'Last run', cell: ({ id }) => <LastRunCell exportId={id} /> },
  { title: 'Rows per run', cell: ({ id, name }) => <RowsCell exportId={id} name={name} />, wide: true },
];

function NameCell({ row }: { row: Export }): ReactNode {
  const destination = useDestinations().data?.find(({ id }) => id === row.destination_id);
  return (
    <Stack gap={0}>
      <Anchor component={Link} to={`/exports/${row.id}`} fw={600} className="break-anywhere">
        {row.name}
      </Anchor>
      <Text size="xs" c="dimmed">
        {destination === undefined ? ' ' : `${destination.name} · ${destination.kind}`}
      </Text>
    </Stack>
  );
}

/** An export that Sluice has paused says why, and what to do. */
function StateCell({ row }: { row: Export }): ReactNode {
  const reason = row.pause_reason;
  return (
    <Stack gap={4} align="flex-start">
      <StatusBadge
        status={row.paused_by === 'auto' ? 'failed' : row.paused ? 'paused' : 'active'}
        label={row.paused_by === 'auto' ? 'paused by Sluice' : row.paused ? 'paused' : 'active'}
      />
      {reason !== null && (
        <Text size="xs" c="dimmed" maw={320} lineClamp={2}>
          {reason.remedy ?? reason.message}
        </Text>
      )}
    </Stack>
  );
}

function LastRunCell({ exportId }: { exportId: string }): ReactNode {
  const [last] = useRecentRuns(exportId).data ?? [];
  if (last === undefined) {
    return (
      <Text size="sm" c="dimmed">
        none yet
      </Text>
    );
  }
  return (
    <Stack gap={4} align="flex-start">
      <StatusBadge status={last.status} />
      <Text size="xs" c="dimmed" lineClamp={2} maw={280}>
        {last.error === null ? <Time at={last.started_at} /> : (last.error.remedy ?? last.error.message)}
      </Text>
    </Stack>
  );
}

function RowsCell({ exportId, name }: { exportId: string; name: string }): ReactNode {
  const runs = useRecentRuns(exportId).data?.slice(0, SPARK_RUNS).reverse() ?? [];
  return runs.length < 2 ? null : <Sparkline label={`Rows per run of ${name}`} values={runs.map(({ rows }) => rows)} />;
}
