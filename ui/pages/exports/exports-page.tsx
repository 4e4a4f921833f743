import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { Sparkline } from '../../charts/sparkline.tsx';
import { DataTable, type Column } from '../../parts/data-table.tsx';
import { EmptyState } from '../../parts/empty-state.tsx';
import { ListFilters } from '../../parts/list-filters.tsx';
import { Page } from '../../parts/page.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { Time } from '../../parts/time.tsx';
import { useCan } from '../../session/session.tsx';
import { useListFilter } from '../../parts/use-list-filter.ts';
import { useExports, type ExportItem } from './data.ts';
import { intervalLabel } from './intervals.ts';

const HEALTHS = ['healthy', 'degraded', 'failing', 'paused', 'paused_auto', 'idle'] as const;
const CHOICES = [{ name: 'health', label: 'Any health', values: HEALTHS }] as const;

export function ExportsPage(): ReactNode {
  const canWrite = useCan('write');
  const filter = useListFilter(['health']);
  const list = useExports(filter.query);
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
      {(filter.isSet || (list.items?.length ?? 0) > 0) && (
        <ListFilters filter={filter} label="Search exports" placeholder="Name or destination" choices={CHOICES} />
      )}
      <DataTable
        label="Exports"
        list={list}
        columns={COLUMNS}
        rowKey={({ id }) => id}
        empty={filter.isSet ? <Text c="dimmed">No export is like that.</Text> : <NoExports canWrite={canWrite} />}
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

const COLUMNS: readonly Column<ExportItem>[] = [
  { title: 'Name', cell: (row) => <NameCell row={row} /> },
  { title: 'State', cell: (row) => <StateCell row={row} /> },
  { title: 'Schedule', cell: ({ interval }) => intervalLabel(interval), wide: true },
  { title: 'Last run', cell: (row) => <LastRunCell row={row} /> },
  { title: 'Rows per run', cell: ({ name, summary }) => <RowsCell name={name} summary={summary} />, wide: true },
];

function NameCell({ row }: { row: ExportItem }): ReactNode {
  const destination = row.summary?.destination;
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
function StateCell({ row }: { row: ExportItem }): ReactNode {
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

type Summary = ExportItem['summary'];

/** Its error is the reason of a pause too: that says it already. */
function LastRunCell({ row: { summary, pause_reason: reason } }: { row: ExportItem }): ReactNode {
  const last = summary?.last_run;
  if (!last) {
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
        {last.error === null || reason !== null ? <Time at={last.started_at} /> : (last.error.remedy ?? last.error.message)}
      </Text>
    </Stack>
  );
}

function RowsCell({ name, summary }: { name: string; summary: Summary }): ReactNode {
  const rows = summary?.trend ?? [];
  return rows.length < 2 ? null : <Sparkline label={`Rows per run of ${name}`} values={rows} />;
}
